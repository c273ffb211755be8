"""Icons, styles, fonts, colour maps, demo models with their cards, phantom cases."""
