"""Hearing children in care, and proving that they were heard.

Rooms, named by what people do in them or by what they hold; imports point one way (checked by import-linter):

    app             create_app: a list, in order
    cli, commands   command line                          worker         the one background loop
    demo            a year of invented responses, through the same verbs as real use
    child           answering                             iro            asking children
    safeguarding    seeing to concerns                    manager        the board, comments, actions
    accounts        signing in                            admin          people and service details
    reports         figures and downloads                 documents      paper: QR codes
    survey_page     the page of a survey                  reading        ranking and reading free text
    people          members of staff                      web            what all pages share
    operations      backups, restores, keys in use        records        what is held, how long, and its deletion
    responses       reading and storing what was sent     concerns       raising and escalating a concern
    messages        messages to staff                     invitations    making and finding a child's link
    audit           the audit trail                       said_and_done  what children are told was done
    models          tables                                privacy        sealing and suppression
    ranking         how urgent a text is                  survey         the questions, as data
    labels          stored ids in words                   working_hours  working time
    config, clock, month, extensions, database
"""
