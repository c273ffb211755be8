FilmPlan = Step = None
