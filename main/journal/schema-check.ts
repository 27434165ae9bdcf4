import Database from 'better-sqlite3';
import type { Database as Connection } from 'better-sqlite3';
import { CREATE_BOOKS_SQL } from './books-schema.ts';
import { FIRST_TABLES } from './carry-first-books.ts';
import type { JournalError } from './journal.ts';
import { migrate } from './migrations/migrate.ts';

/**
 * Whether the file has the tables, indices and triggers that this software makes: a table that is gone would end the core in the middle of a question, and without its
 * triggers the file no longer refuses what our own mistake would change.
 */

interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string | null;
}

type Shapes = ReadonlyMap<string, string>;

interface Expected {
  readonly law: Shapes;
  readonly books: Shapes;
  /** Text of each index and trigger of the law. */
  readonly sql: ReadonlyMap<string, string>;
}
let expected: Expected | null = null;

/** Whether questions can be asked at all. @error JNL_CORRUPT · JNL_BOOKS_DIFFER  a table of the chain, or one beside it, is gone or another */
export function tablesProblem(database: Connection, tables: 'law' | 'all'): JournalError | undefined {
  const { law, books } = expectedShapes();
  const found = shapesOf(database);
  const isTable = (name: string) => name.startsWith('table ');
  const lost = [...law].find(([name, shape]) => isTable(name) && found.get(name) !== shape);
  if (lost !== undefined) return lawLost(lost[0], found);
  const lostBook = tables === 'law' ? undefined : [...books].find(([name, shape]) => isTable(name) && found.get(name) !== shape);
  return lostBook && bookLost(lostBook[0], found);
}

/** Chain, head and identity whole. @error JNL_CORRUPT  a table is gone or another · JNL_BOOKS_DIFFER  so is an index or trigger, or one is there that this software has not made */
export function lawSchemaProblem(database: Connection): JournalError | undefined {
  const { law, books } = expectedShapes();
  const found = shapesOf(database);
  const lost = [...law].find(([name, shape]) => found.get(name) !== shape);
  if (lost !== undefined) return lawLost(lost[0], found);
  const foreign = [...found.keys()].find((name) => !law.has(name) && !books.has(name) && !name.startsWith('table '));
  return foreign === undefined || isOfOlderBooks(database) ? undefined : { code: 'JNL_BOOKS_DIFFER', detail: `the file has a ${foreign} that is not of a journal` };
}

/** @error JNL_BOOKS_DIFFER  a book, or what belongs to one, is gone or another */
export function booksSchemaProblem(database: Connection): JournalError | undefined {
  const found = shapesOf(database);
  const lost = [...expectedShapes().books].find(([name, shape]) => found.get(name) !== shape);
  return lost && bookLost(lost[0], found);
}

/**
 * Index and trigger as this software makes them, and none else: for a chain that was found sound, before its books are made again. Inside a transaction that the caller holds.
 */
export function mendLawSchema(database: Connection): void {
  const { law, books, sql } = expectedShapes();
  const found = shapesOf(database);
  for (const name of found.keys()) {
    if (!name.startsWith('table ') && !books.has(name) && law.get(name) !== found.get(name)) database.exec(`DROP ${name.replace(/ (.*)$/s, (_, id: string) => ` "${id.replaceAll('"', '""')}"`)}`);
  }
  for (const [name, shape] of law) if (!name.startsWith('table ') && found.get(name) !== shape) database.exec(sql.get(name)!);
}

const lawLost = (name: string, found: Shapes): JournalError => ({ code: name.startsWith('table ') ? 'JNL_CORRUPT' : 'JNL_BOOKS_DIFFER', detail: `the ${name} of the journal is ${found.has(name) ? 'another' : 'gone'}` });
const bookLost = (name: string, found: Shapes): JournalError => ({ code: 'JNL_BOOKS_DIFFER', detail: `the ${name} beside the chain is ${found.has(name) ? 'another' : 'gone'}` });

/** Books of another form are made anew at the start, with all that belongs to them. */
function isOfOlderBooks(database: Connection): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'first_messages'").get() !== undefined;
}

function expectedShapes(): Expected {
  if (expected !== null) return expected;
  const model = new Database(':memory:');
  try {
    migrate(model);
    for (const table of FIRST_TABLES) model.exec(`DROP TABLE first_${table}`);
    const law = shapesOf(model);
    const sql = new Map(objectsOf(model).map(({ type, name, sql: text }): [string, string] => [`${type} ${name}`, text ?? '']));
    model.exec(CREATE_BOOKS_SQL);
    const books = new Map([...shapesOf(model)].filter(([name]) => !law.has(name)));
    return (expected = { law, books, sql });
  } finally {
    model.close();
  }
}

const objectsOf = (database: Connection): readonly SchemaObject[] => database.prepare<unknown[], SchemaObject>("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'").all();

/** Tables by their columns: their text changes with `ALTER TABLE` and the library; the text of an index or trigger stays as it was written. */
function shapesOf(database: Connection): Shapes {
  const columns = database.prepare<unknown[], string>("SELECT group_concat(name || ' ' || type || ' ' || \"notnull\" || ' ' || pk || ' ' || coalesce(dflt_value, ''), ', ') FROM pragma_table_xinfo(?)").pluck();
  return new Map(objectsOf(database).map(({ type, name, tbl_name: table, sql }): [string, string] => [`${type} ${name}`, type === 'table' ? (columns.get(name) ?? '') : `${table}: ${(sql ?? '').replace(/\s+/g, ' ')}`]));
}
