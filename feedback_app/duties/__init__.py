"""WHAT SEVERAL ROOMS MUST DO ALIKE: raise a concern, queue a text, write to the outbox and the audit trail."""
