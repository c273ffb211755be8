"""The commands of the command line, by what a person has at hand: a sitting, a study, images, a store."""
