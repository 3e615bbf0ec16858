"""Hearing children in care, and proving that they were heard.

Rooms, named by what people do in them; imports point one way (design.md, checked by import-linter):

    app         create_app: a list, in order        cli, commands, worker  commands, and the one background loop
    demo        a year of invented responses, through the same verbs as real use
    child       ANSWERING        iro           ASKING CHILDREN      safeguarding  RESPONDING
    manager     SEEING           accounts      SIGNING IN
    reports     HANDING OVER     documents     PAPER                visit  THE PAGE OF A SURVEY
    web         MANNERS of all pages
    duties      what several rooms must do alike
    models      KEEPING          privacy       SEALING              survey        ASKING, as data
    config, clock, month, extensions, engines, wiping, patience
"""
