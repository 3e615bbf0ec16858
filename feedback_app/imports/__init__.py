"""The council's spreadsheets: read, checked row by row, and stored whole or not at all (docs/decisions/0027).

`sheets` makes rows of a file, `mapping` says which heading holds what, `imported_reviews` and its like check and store
what each kind holds, `file_steps` leads from the file to what is shown of it, `carried` seals it in between.
"""
