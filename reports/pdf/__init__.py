"""From HTML, styles and assets to archival, accessible PDF bytes, in a process of its own.

`reports.pdf.parent.render` is the only door. Nothing here knows Django or a record type.
"""
