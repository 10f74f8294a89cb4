"""What may come: targets, levers on a reference year, what abatement costs."""
