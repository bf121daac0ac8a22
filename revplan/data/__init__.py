"""Reading people's files: grids, notations, columns, clean values, the book folder."""
