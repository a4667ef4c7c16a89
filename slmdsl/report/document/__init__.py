"""What a report or an agreement looks like, before it is a page, a print, a workbook or plain text."""
