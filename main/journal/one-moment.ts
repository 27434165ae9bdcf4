import type { Database } from 'better-sqlite3';

/** Reads all as it was at one moment, whatever a running core writes or purges meanwhile: between two questions its next commit would look like a chain that goes on outside its head, a purge like a deletion. */
export function atOneMoment<Value>(database: Database, read: () => Value): Value {
  return database.inTransaction ? read() : database.transaction(read).deferred();
}
