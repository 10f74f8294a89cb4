"""Electricity and heat bought: certificates and contracts, what they cover, losses of the grid."""
