/** Files of the data folder. The journal's marker and lock lie beside the journal. */
export const JOURNAL_FILE = 'journal.sqlite';
export const LOG_FILE = 'core.log';
export const JOURNAL_KEY_FILE = 'journal.keys';
