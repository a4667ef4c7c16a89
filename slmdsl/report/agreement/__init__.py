"""An agreement as a document to sign: a chapter to a module, put together by `document`."""
