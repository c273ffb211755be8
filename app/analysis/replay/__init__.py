"""What a replay shows at each moment of a sitting, worked out from its log: nothing here draws."""
