"""Hearing children in care, and proving that they were heard.

Rooms, named by what people do in them or by what they hold, from the top down; imports point one way (checked by
import-linter). docs/architecture.md says more.

    app             create_app: a list, in order
    cli, commands   the command line
    worker          the one background loop
    demo            a year of invented responses, made through the same functions as real ones
    child           what a child's phone asks for
    iro             an officer's month, asking a child, writing down what a child says
    safeguarding    texts to read, concerns, contact requests, requests to see or erase
    manager         board, comments, summary, inviting a group, what was done
    paper           keying in paper forms
    accounts        signing in
    admin           people, roles, service details
    previews        a survey as a child gets it, for staff to look at
    word_forms      a survey on paper, for a link or blank
    imports         the council's spreadsheets: read, checked, stored whole or not at all
    people          members of staff
    survey_page     the page of a survey
    reports         figures and downloads
    reading         ranking and marking texts
    documents       paper: QR codes, Word forms, letters, sheets of cards
    web             what every page shares
    operations      backups, restores, migrations, keys in use
    complaints      complaints about how personal data is used
    records         what is held, for how long, and its deletion
    responses       reading and storing what a child sent
    concerns        raising and escalating a concern
    sending         a child's link by text message or e-mail
    messages        messages to staff
    invitations     making and finding a child's link
    rulebook        what was changed on the page of settings, and what holds in a month
    audit           the audit trail
    said_and_done   what children are told was done
    models          tables
    privacy         sealing, digests, suppression
    ranking         how urgent a text is
    survey          the questions, as frozen objects
    working_hours   working time
    extensions      Flask extensions
    config          settings
    setting_kinds   what the value of a setting may be
    labels          every stored id in words
    month           the calendar
    clock           the present instant
    typed_text      what typed and pasted text is
    database        engines, sessions, locks
"""
