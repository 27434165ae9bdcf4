import { appendFileSync, copyFileSync, existsSync, rmSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import Database from 'better-sqlite3';
import { SerialPort } from 'serialport';
import type { CrashPoint } from './crash-plan.ts';
import { CRASH_PLAN_VARIABLE, crashPlanSchema } from './crash-plan.ts';
import { isAcknowledgement, isQuestion } from './device-commands.ts';

/**
 * Loaded into a real core process with `--import`: SQLite and the serial ports stay what they are, but at one point the process kills itself with
 * SIGKILL, between two instructions, as a power cut or the kernel does it. The source of the core knows nothing of it.
 */
const plan = crashPlanSchema.parse(JSON.parse(process.env[CRASH_PLAN_VARIABLE] ?? 'null'));
/** Entries that the transaction of the moment has written: kinds, of messages with their operation. */
let written: string[] = [];
let count = 0;
const occurrences = new Map<string, number>();
const operations = new Map<string, string>();

/** @returns true: here */
function reach(at: CrashPoint['at'], what: string): boolean {
  if (!existsSync(plan.armedFile)) return false;
  const occurrence = (occurrences.get(`${at} ${what}`) ?? 0) + 1;
  occurrences.set(`${at} ${what}`, occurrence);
  count += 1;
  appendFileSync(plan.pointsFile, `${JSON.stringify({ point: count, at, what, occurrence })}\n`);
  const { diesAt } = plan;
  return diesAt !== null && diesAt.at === at && diesAt.what === what && diesAt.occurrence === occurrence;
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('a killed process runs on');
}

hookDatabase();
hookPorts();

function hookDatabase(): void {
  const probe = new Database(':memory:');
  const statements = Object.getPrototypeOf(probe.prepare('SELECT 1')) as { run(...given: unknown[]): unknown };
  probe.close();
  const { run } = statements;
  statements.run = function (this: { readonly source: string }, ...given: unknown[]) {
    if (this.source.startsWith('INSERT INTO entries')) written.push(wordsOfEntry(given));
    return run.apply(this, given);
  };

  type Work = (...given: unknown[]) => unknown;
  const databases = Database.prototype as unknown as { transaction(work: Work): Work & Record<string, Work> };
  const { transaction } = databases;
  databases.transaction = function (this: Database.Database, work) {
    const { name } = this;
    const made = transaction.call(this, (...given: unknown[]) => {
      written = [];
      const value = work(...given);
      if (isPoint()) {
        if (plan.isPowerCut) copyLog(name, plan.barrierFile);
        if (reach('beforeCommit', written.join(', '))) die();
      }
      return value;
    });
    const counted = (variant: Work): Work => (...given) => {
      const value = variant(...given);
      const isOne = isPoint();
      const what = written.join(', ');
      written = [];
      // What a sync that was cut leaves is made of the log before and after it, when the process is gone.
      if (isOne && plan.isPowerCut && reach('duringSync', what)) die();
      if (isOne && reach('afterCommit', what)) die();
      return value;
    };
    const variants = ['default', 'deferred', 'immediate', 'exclusive'].map((variant) => [variant, counted(made[variant]!)] as const);
    return Object.assign(counted(made), Object.fromEntries(variants)) as typeof made;
  };
}

/** Probes and the like write no entry, heartbeats none of a customer: nothing of money hangs on them. */
function isPoint(): boolean {
  return written.some((words) => !words.includes('link.heartbeat'));
}

/** @param given  what the statement that inserts an entry is given: among it the kind and the data as JSON */
function wordsOfEntry(given: readonly unknown[]): string {
  const kind = given.find((value): value is string => typeof value === 'string' && /^[a-z]+\.[a-zA-Z]+$/.test(value)) ?? '?';
  if (!kind.startsWith('message.')) return kind;
  const json = given.find((value): value is string => typeof value === 'string' && value.startsWith('{')) ?? '{}';
  const { messageId = '', operation, to } = JSON.parse(json) as { readonly messageId?: string; readonly operation?: string; readonly to?: string };
  if (operation !== undefined) operations.set(messageId, operation);
  return `${kind} ${operations.get(messageId) ?? 'earlier'}${to === undefined ? '' : ` ${to}`}`;
}

function copyLog(databasePath: string, to: string): void {
  const log = `${databasePath}-wal`;
  if (existsSync(log)) copyFileSync(log, to);
  else rmSync(to, { force: true });
}

function hookPorts(): void {
  const ports = SerialPort.prototype as unknown as { write(this: SerialPort, bytes: Buffer, ...rest: unknown[]): boolean; push(this: SerialPort, chunk: Buffer | null, ...rest: unknown[]): boolean };
  /** By line: what it said last, and the last command to it. Neither repeated nor answered differently, a command is no new point. */
  const heard = new Map<string, string>();
  const last = new Map<string, string>();
  const { write, push } = ports;
  ports.push = function (chunk, ...rest) {
    if (chunk !== null) heard.set(this.path, chunk.toString('hex'));
    return push.call(this, chunk, ...rest);
  };
  ports.write = function (bytes, ...rest) {
    if (!plan.lines.includes(this.path) || isQuestion(bytes)) return write.call(this, bytes, ...rest);
    const words = `${basename(this.path)} ${bytes.toString('hex')}${isAcknowledgement(bytes) ? ` of ${heard.get(this.path) ?? 'nothing'}` : ''}`;
    if (last.get(this.path) === words && isAcknowledgement(bytes)) return write.call(this, bytes, ...rest);
    last.set(this.path, words);
    for (let end = 1; end <= bytes.length; end += 1) if (reach('sent', `${words}: ${end} of ${bytes.length}`)) send(this, bytes.subarray(0, end));
    return write.call(this, bytes, ...rest);
  };
}

/** Straight to the descriptor: what was accepted by the kernel is on its way whatever becomes of the process. */
function send(port: SerialPort, bytes: Uint8Array): never {
  const { fd } = port.port as unknown as { readonly fd: number };
  writeSync(fd, bytes);
  die();
}
