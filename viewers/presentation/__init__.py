"""What files say of how their images are to be seen: presentation states, masks, shutters, graphics.

What belongs here: those as values, what they make of an image, painting them. What does not: reading them (dicom.gsps).
"""
