"""Which cells of a notebook can change a mark, read from their code alone.

===============  ===============================================================================
`choice`         chooses the cells
`code`           what the statements of a cell do to names
`known`          what code from outside a notebook is known to do
===============  ===============================================================================
"""
