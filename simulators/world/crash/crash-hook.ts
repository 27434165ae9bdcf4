import { appendFileSync, copyFileSync, existsSync, rmSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { SerialPort } from 'serialport';
import type { CrashPoint } from './crash-plan.ts';
import { CRASH_PLAN_VARIABLE, crashPlanSchema } from './crash-plan.ts';

/**
 * Loaded into a real core process with `--import`: SQLite and the serial ports stay what they are, but at one point the process kills itself with
 * SIGKILL, between two instructions, as a power cut or the kernel does it. The source of the core knows nothing of it.
 */
const plan = crashPlanSchema.parse(JSON.parse(process.env[CRASH_PLAN_VARIABLE] ?? 'null'));
/** Kinds of the entries that the transaction of the moment has written. */
let kinds: string[] = [];
let reached = 0;
let isArmed = false;

function reach(at: CrashPoint['at'], what: string): boolean {
  isArmed ||= existsSync(plan.armedFile);
  if (!isArmed) return false;
  reached += 1;
  appendFileSync(plan.pointsFile, `${JSON.stringify({ point: reached, at, what })}\n`);
  return reached === plan.point;
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
    if (this.source.startsWith('INSERT INTO entries')) kinds.push(given.find((value): value is string => typeof value === 'string' && /^[a-z]+\.[a-zA-Z]+$/.test(value)) ?? '?');
    return run.apply(this, given);
  };

  type Work = (...given: unknown[]) => unknown;
  const databases = Database.prototype as unknown as { transaction(work: Work): Work & Record<string, Work> };
  const { transaction } = databases;
  databases.transaction = function (this: Database.Database, work) {
    const { name } = this;
    const made = transaction.call(this, (...given: unknown[]) => {
      kinds = [];
      const value = work(...given);
      // Probes and the like write no entry: nothing of money hangs on them.
      if (kinds.length > 0) {
        if (plan.barrierFile !== null) copyLog(name, plan.barrierFile);
        if (reach('beforeCommit', kinds.join(' '))) die();
      }
      return value;
    });
    const counted = (variant: Work): Work => (...given) => {
      const value = variant(...given);
      const what = kinds.join(' ');
      kinds = [];
      if (what !== '' && reach('afterCommit', what)) die();
      return value;
    };
    const variants = ['default', 'deferred', 'immediate', 'exclusive'].map((variant) => [variant, counted(made[variant]!)] as const);
    return Object.assign(counted(made), Object.fromEntries(variants)) as typeof made;
  };
}

function copyLog(databasePath: string, to: string): void {
  const log = `${databasePath}-wal`;
  if (existsSync(log)) copyFileSync(log, to);
  else rmSync(to, { force: true });
}

function hookPorts(): void {
  const ports = SerialPort.prototype as unknown as { write(this: SerialPort, bytes: Buffer, ...rest: unknown[]): boolean };
  const { write } = ports;
  ports.write = function (bytes, ...rest) {
    const what = `${this.path.split('/').at(-1) ?? ''} ${bytes.toString('hex').slice(0, 24)}`;
    if (plan.lines.includes(this.path) && isCommand(bytes)) {
      if (reach('withinCommand', what)) send(this, bytes.subarray(0, Math.ceil(bytes.length / 2)));
      if (reach('afterCommand', what)) send(this, bytes);
    }
    return write.call(this, bytes, ...rest);
  };
}

/** Straight to the descriptor: what was accepted by the kernel is on its way whatever becomes of the process. */
function send(port: SerialPort, bytes: Uint8Array): never {
  const { fd } = port.port as unknown as { readonly fd: number };
  writeSync(fd, bytes);
  die();
}

const CCNET_SYNC = 0x02;
const CCNET_POLL = 0x33;
const LCDM_STATUS = 0x46;

/** Questions that are asked all day and change nothing are no points. */
function isCommand(bytes: Uint8Array): boolean {
  return bytes[0] === CCNET_SYNC ? bytes[3] !== CCNET_POLL : bytes[3] !== LCDM_STATUS;
}
