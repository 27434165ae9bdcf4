/**
 * Starts the programs of one terminal, puts their names before what they print, starts again what must not be missing, and stops all of it in
 * the opposite order. Whatever was not started here is never touched.
 */
import type { ChildProcess } from 'node:child_process';
import type { Clock, TimerHandle } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import { systemClock } from '../../system/system-clock.ts';
import { forEachLine } from './line-prefix.ts';
import { signalGroup, spawnGroup } from './process-group.ts';
import { type ReadyWhen, untilThere } from './readiness.ts';

const READY_TIMEOUT_MS = 15_000;
const STOP_GRACE_MS = 5_000;
const RESTART_DELAY_MS_MIN = 200;
const RESTART_DELAY_MS_MAX = 10_000;
/** A program that ran so long is healthy again: its next restart is quick. */
const STABLE_AFTER_MS = 30_000;

export interface ProgramSpec {
  /** Stands before each of its lines; unique. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to our own environment; `undefined` takes a variable away. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly restart: 'always' | 'never';
  /** Default: as soon as it runs. */
  readonly readyWhen?: ReadyWhen;
  readonly readyTimeoutMs?: number;
  /** What it needs to end after SIGTERM. @default 5 s */
  readonly stopGraceMs?: number;
  /** Every line it prints, also to the error stream, without the prefix. */
  readonly onLine?: (line: string) => void;
}

export interface RunningProgram {
  readonly name: string;
  /** Process id of the present run; undefined between two runs. */
  pid(): number | undefined;
  restartCount(): number;
  /** Resolves with the exit code (128 + signal number is not used: null after a signal) when it has ended for good. */
  readonly ended: Promise<number | null>;
  /** SIGTERM to its group, SIGKILL after `stopGraceMs`; resolves when it is gone. It is not started again. */
  stop(): Promise<void>;
}

export interface Supervisor {
  /** Resolves when the program is ready. @throws Error when it ends before or is not ready in time; it is stopped then */
  start(spec: ProgramSpec): Promise<RunningProgram>;
  /** Stops all programs, the last started first. Can be called again. */
  stopAll(): Promise<void>;
  /** Ctrl-C, SIGTERM, SIGHUP: stops all, then calls `afterwards` (default: ends this process with 0). A second Ctrl-C kills at once. */
  stopOnSignals(afterwards?: () => void): void;
}

export interface SupervisorParts {
  readonly log: Log;
  /** Default: the machine's own. */
  readonly clock?: Clock;
  /** Where the prefixed lines go; default: standard output. */
  readonly print?: (line: string) => void;
}

export function createSupervisor({ log, clock = systemClock(), print = (line) => process.stdout.write(`${line}\n`) }: SupervisorParts): Supervisor {
  const programs: Program[] = [];
  let isStopping = false;
  const stopAll = async (): Promise<void> => {
    isStopping = true;
    for (const program of programs.splice(0).reverse()) await program.stop();
  };
  return {
    async start(spec) {
      if (isStopping) throw new Error(`${spec.name} is not started: everything is being stopped`);
      const program = new Program(spec, { log, clock, print });
      programs.push(program);
      await program.start();
      return program;
    },
    stopAll,
    stopOnSignals(afterwards = () => process.exit(0)) {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.on(signal, () => {
          if (isStopping) return void programs.forEach((program) => program.kill());
          print(`stopping (${signal})`);
          void stopAll().then(afterwards);
        });
      }
    },
  };
}

class Program implements RunningProgram {
  readonly name: string;
  readonly ended: Promise<number | null>;
  readonly #spec: ProgramSpec;
  readonly #parts: Required<SupervisorParts>;
  #child: ChildProcess | null = null;
  #settleEnded: (code: number | null) => void = () => {};
  #isStopping = false;
  #hasEnded = false;
  #restartCount = 0;
  #restartDelayMs = RESTART_DELAY_MS_MIN;
  #restartTimer: TimerHandle | null = null;
  #onLine: ((line: string) => void) | null = null;

  constructor(spec: ProgramSpec, parts: Required<SupervisorParts>) {
    this.name = spec.name;
    this.#spec = spec;
    this.#parts = parts;
    this.ended = new Promise((resolve) => { this.#settleEnded = resolve; });
  }

  pid(): number | undefined {
    return this.#child?.pid;
  }

  restartCount(): number {
    return this.#restartCount;
  }

  /** The first run must become ready; a later one that does not is seen by whoever uses it. */
  async start(): Promise<void> {
    const { readyWhen = { kind: 'started' }, readyTimeoutMs = READY_TIMEOUT_MS } = this.#spec;
    let settle: (problem: string | null) => void = () => {};
    const settled = new Promise<string | null>((resolve) => { settle = resolve; });
    let isWaiting = true;
    const timer = this.#parts.clock.setTimeout(() => settle(`not ready after ${readyTimeoutMs} ms`), readyTimeoutMs);
    this.#onLine = (line) => { if (readyWhen.kind === 'line' && readyWhen.pattern.test(line)) settle(null); };
    this.#run((problem) => settle(problem));
    if (readyWhen.kind === 'started') this.#child?.once('spawn', () => settle(null));
    if ('path' in readyWhen) void untilThere(readyWhen, this.#parts.clock, () => isWaiting).then(() => settle(null));
    const problem = await settled;
    isWaiting = false;
    this.#onLine = null;
    this.#parts.clock.clearTimeout(timer);
    if (problem === null) return;
    await this.stop();
    throw new Error(`${this.name}: ${problem}`);
  }

  /** @param onEarlyEnd only for the first run: told instead of starting again */
  #run(onEarlyEnd?: (problem: string) => void): void {
    const { command, args, env = {}, cwd } = this.#spec;
    const { log, clock, print } = this.#parts;
    const startedMs = clock.monotonicMs();
    const child = spawnGroup(command, args, { ...process.env, ...env }, cwd);
    this.#child = child;
    const take = (line: string): void => {
      print(`${this.name.padEnd(9)}| ${line}`);
      this.#onLine?.(line);
      this.#spec.onLine?.(line);
    };
    if (child.stdout !== null) forEachLine(child.stdout, take);
    if (child.stderr !== null) forEachLine(child.stderr, take);
    child.once('error', (error) => this.#afterEnd(null, error.message, startedMs, onEarlyEnd));
    child.once('exit', (code, signal) => this.#afterEnd(code, signal ?? `code ${code}`, startedMs, onEarlyEnd));
    child.once('spawn', () => log.info('launcher.process.started', { program: this.name, pid: child.pid }));
  }

  #afterEnd(code: number | null, how: string, startedMs: number, onEarlyEnd?: (problem: string) => void): void {
    if (this.#child === null) return; // 'exit' after 'error'
    const { log, clock } = this.#parts;
    const child = this.#child;
    this.#child = null;
    signalGroup(child, 'SIGKILL'); // what it left behind in its group
    if (this.#isStopping || this.#spec.restart === 'never' || this.#onLine !== null) {
      // A program that was started for one errand and did it is no news.
      const isErrandDone = this.#spec.restart === 'never' && code === 0;
      if (!this.#isStopping && !isErrandDone) log.warn('launcher.process.ended', { program: this.name, how });
      onEarlyEnd?.(`ended (${how}) before it was ready`);
      this.#end(code);
      return;
    }
    if (clock.monotonicMs() - startedMs > STABLE_AFTER_MS) this.#restartDelayMs = RESTART_DELAY_MS_MIN;
    log.warn('launcher.process.restarting', { program: this.name, how, delayMs: this.#restartDelayMs });
    this.#restartTimer = clock.setTimeout(() => {
      this.#restartTimer = null;
      this.#restartCount += 1;
      this.#run();
    }, this.#restartDelayMs);
    this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, RESTART_DELAY_MS_MAX);
  }

  #end(code: number | null): void {
    this.#hasEnded = true;
    this.#settleEnded(code);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#restartTimer !== null) {
      this.#parts.clock.clearTimeout(this.#restartTimer);
      this.#restartTimer = null;
      this.#end(null);
    }
    if (this.#hasEnded || this.#child === null) return;
    signalGroup(this.#child, 'SIGTERM');
    const timer = this.#parts.clock.setTimeout(() => this.kill(), this.#spec.stopGraceMs ?? STOP_GRACE_MS);
    await this.ended;
    this.#parts.clock.clearTimeout(timer);
  }

  kill(): void {
    if (this.#child !== null) signalGroup(this.#child, 'SIGKILL');
  }
}
