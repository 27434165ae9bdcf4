import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import { JOURNAL_FILE, JOURNAL_KEY_FILE, LOG_FILE } from '../../../main/core/process/data-files.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import { delay } from '../../../main/foundation/clock.ts';
import type { ControlClient } from '../../control/control-socket.ts';
import { connectControl } from '../../control/control-socket.ts';
import type { LoadedCassette } from '../../parts/dispenser-notes.ts';
import type { Scenario } from '../../scenarios/schema.ts';
import { SAMPLE_CASSETTES, sampleConfig } from '../../terminal/sample-config.ts';
import type { ChildProgram } from './child-program.ts';
import { startProgram } from './child-program.ts';

const PROJECT_FOLDER = resolve(import.meta.dirname, '../../..');
const CONFIG_FILE = 'terminal.json';
/** Only so that a program that never comes up ends the visit, however crowded the machine. */
const READY_MS = 60_000;
const CONNECT_TRIES_MAX = 50;
const LOOK_MS = 20;
const MINOR_PER_TENGE = 100;
/** The mechanics run four times as fast: slow enough that a poll every 100 ms still sees each of their states. */
const TIME_FACTOR = 0.25;
/** Whoever does not take the paper holds nobody up for half a minute. */
const TAKE_RECEIPT_MS = 3_000;
/** Short, so that a lost link is found and restored within a visit; the field's is 15 s. */
const HEARTBEAT_MS = 2_000;
/** The shortest that the board knows, where a visit waits for it. */
const WATCHDOG_WINDOW_S = 6;

export interface StackPaths {
  readonly runFolder: string;
  readonly journal: string;
  readonly journalKeys: string;
  readonly coreLog: string;
  readonly config: string;
}

/** A complete terminal without a window: the simulated bank over HTTPS, the device simulators on pseudo-terminals, the core; each a process. */
export class TerminalStack {
  readonly paths: StackPaths;
  /** In the dispenser before the first start; none: the terminal has no dispenser. */
  readonly cassettes: readonly LoadedCassette[];
  readonly devices: ControlClient;
  readonly bank: ControlClient;
  readonly #clock: Clock;
  readonly #folder: string;
  readonly #surroundings: readonly ChildProgram[];
  #core: ChildProgram | null = null;
  #mayDie = false;
  readonly #deaths: string[] = [];

  private constructor(parts: { readonly clock: Clock; readonly folder: string; readonly paths: StackPaths; readonly cassettes: readonly LoadedCassette[]; readonly surroundings: readonly ChildProgram[]; readonly devices: ControlClient; readonly bank: ControlClient }) {
    this.#clock = parts.clock;
    this.#folder = parts.folder;
    this.paths = parts.paths;
    this.cassettes = parts.cassettes;
    this.#surroundings = parts.surroundings;
    this.devices = parts.devices;
    this.bank = parts.bank;
  }

  /** Everything outside the core, and the configuration for it. @throws when a program does not come up; nothing is left running then */
  static async start(scenario: Scenario, clock: Clock): Promise<TerminalStack> {
    // Unix sockets take 107 bytes of path, so the folder is as high as it can be.
    const folder = mkdtempSync(join(tmpdir(), 'qs-'));
    const runFolder = join(folder, 'run');
    const dataFolder = join(folder, 'data');
    for (const path of [runFolder, dataFolder]) mkdirSync(path, { mode: 0o700 });
    const cassettes = scenario.loaded?.cassettes.map(({ denomination, notes }, index) => ({ cassetteNumber: index + 1, denominationMinor: denomination * MINOR_PER_TENGE, noteCount: notes })) ?? SAMPLE_CASSETTES;
    const program = (name: string, file: string, args: readonly string[]) => startProgram({ name, args: [join(PROJECT_FOLDER, file), ...args], clock });
    const resendAfterMs = scenario.limits?.resendAfterMs;
    const surroundings = [
      program('bank', 'simulators/bank-host/main.ts', ['--run-folder', runFolder, '--data-folder', join(folder, 'bank'), ...(resendAfterMs === undefined ? [] : ['--resend-after', String(resendAfterMs)])]),
      program('devices', 'simulators/devices/main.ts', ['--run-folder', runFolder, '--no-workbench', '--time-factor', String(TIME_FACTOR), '--cassettes', cassettes.map((cassette) => `${cassette.denominationMinor / MINOR_PER_TENGE}:${cassette.noteCount}`).join(','), ...(scenario.dispenser === undefined ? [] : ['--dispenser', scenario.dispenser]), ...(scenario.recycler === undefined ? [] : ['--recycler', scenario.recycler.protocol]), ...(scenario.coins === undefined ? [] : ['--coins', `${scenario.coins.denomination}:${scenario.coins.count}`])]),
    ];
    try {
      const addressPath = join(runFolder, RUN_FILES.bankAddress);
      const until = (what: string, isThere: () => boolean) => untilTrue(clock, what, isThere, () => surroundings.map((one) => one.diedOfItself()).find((death) => death !== null) ?? null);
      // The file is there a moment before its text.
      await until('the bank', () => existsSync(addressPath) && statSync(addressPath).size > 0);
      await until('the devices', () => existsSync(join(runFolder, RUN_FILES.devicesControl)));
      const { port } = JSON.parse(readFileSync(addressPath, 'utf8')) as { port: number };
      const paths: StackPaths = { runFolder, journal: join(dataFolder, JOURNAL_FILE), journalKeys: join(dataFolder, JOURNAL_KEY_FILE), coreLog: join(dataFolder, LOG_FILE), config: join(folder, CONFIG_FILE) };
      const { port: upsPort } = JSON.parse(readFileSync(join(runFolder, RUN_FILES.upsAddress), 'utf8')) as { port: number };
      const config = configOf(scenario, { runFolder, dataFolder, bankPort: port, upsPort, cassettes });
      writeFileSync(paths.config, JSON.stringify(config, null, 2), { mode: 0o600 });
      const [devices, bank] = await Promise.all([connectSoon(join(runFolder, RUN_FILES.devicesControl), clock), connectSoon(join(runFolder, RUN_FILES.bankControl), clock)]);
      return new TerminalStack({ clock, folder, paths, cassettes: scenario.recycler?.alone === true ? [] : cassettes, surroundings, devices, bank });
    } catch (error) {
      await Promise.all(surroundings.map((one) => one.stop()));
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Starts the core and waits until it takes windows. @throws when it ends or does not come up */
  async startCore(options: { readonly nodeArguments?: readonly string[]; readonly environment?: Readonly<Record<string, string>>; /** Its death is part of the plan. */ readonly mayDie?: boolean; /** Left out: the sources. */ readonly program?: string } = {}): Promise<void> {
    const tokenPath = this.tokenPath;
    // That of an earlier life: whoever finds the file must find the new core.
    rmSync(tokenPath, { force: true });
    const core = startProgram({ name: 'core', ...(options.environment === undefined ? {} : { environment: options.environment }), args: [...(options.nodeArguments ?? []), options.program ?? join(PROJECT_FOLDER, 'main/cli/main.ts'), 'run', '--config', this.paths.config, '--log-level', 'info'], clock: this.#clock });
    this.#core = core;
    this.#mayDie = options.mayDie === true;
    await untilTrue(this.#clock, 'the core', () => existsSync(tokenPath), () => core.diedOfItself());
  }

  get tokenPath(): string {
    return join(this.paths.runFolder, RUN_FILES.coreToken);
  }

  /** It ended, by itself or by a hand. */
  isCoreGone(): boolean {
    return this.#core === null || this.#core.diedOfItself() !== null;
  }

  async killCore(): Promise<void> {
    if (!this.#mayDie) this.#noteDeath();
    await this.#core?.kill();
    this.#core = null;
  }

  /** It no longer does anything and does not know it. */
  freezeCore(): void {
    this.#core?.freeze();
  }

  thawCore(): void {
    this.#core?.thaw();
  }

  /** Until it has ended by itself, which was meant. @returns its exit code; null: it still runs */
  async untilCoreEnds(limitMs: number): Promise<number | null> {
    const core = this.#core;
    if (core === null) return null;
    const exitCode = await Promise.race([core.endedByItself, delay(this.#clock, limitMs).then(() => null)]);
    if (exitCode !== null) this.#core = null;
    return exitCode;
  }

  async stopCore(): Promise<void> {
    this.#noteDeath();
    await this.#core?.stop();
    this.#core = null;
  }

  /** Programs that ended without having been asked to. */
  deaths(): readonly string[] {
    const present = [this.#core, ...this.#surroundings].map((one) => one?.diedOfItself() ?? null).filter((death) => death !== null);
    return [...this.#deaths, ...present];
  }

  /** Stops what still runs and removes the folder. */
  async close(): Promise<void> {
    await this.stopCore();
    this.devices.close();
    this.bank.close();
    await Promise.all(this.#surroundings.map((one) => one.stop()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #noteDeath(): void {
    const death = this.#core?.diedOfItself() ?? null;
    if (death !== null) this.#deaths.push(death);
  }
}

function configOf(scenario: Scenario, place: Pick<Parameters<typeof sampleConfig>[0], 'runFolder' | 'dataFolder' | 'bankPort' | 'upsPort' | 'cassettes'>) {
  const { ordinaryMs = 60_000, cashInMs = 100_000, warningMs = 20_000, resultMs = 60_000, takeReceiptMs = TAKE_RECEIPT_MS, takeCashMs, deliveryWaitMs, answerTimeoutMs, queueAgeMsMax, queueCountMax, queueSumMax } = scenario.limits ?? {};
  return sampleConfig({
    ...place,
    ...(scenario.dispenser === undefined ? {} : { dispenser: scenario.dispenser }),
    ...(scenario.recycler === undefined ? {} : { recycler: { protocol: scenario.recycler.protocol, denominationsMinor: scenario.recycler.denominations.map((tenge) => tenge * MINOR_PER_TENGE), isAlone: scenario.recycler.alone } }),
    ...(scenario.coins === undefined ? {} : { coins: { denominationMinor: scenario.coins.denomination * MINOR_PER_TENGE, coinCount: scenario.coins.count } }),
    heartbeatMs: HEARTBEAT_MS,
    ...(scenario.steps.some((step) => 'hang' in step) ? { watchdogWindowS: WATCHDOG_WINDOW_S } : {}),
    ...(answerTimeoutMs === undefined ? {} : { answerTimeoutMs }),
    limits: {
      patienceMs: { ordinary: ordinaryMs, cashIn: cashInMs, warning: warningMs, result: resultMs },
      ...(takeCashMs === undefined ? {} : { takeCashMs }),
      takeReceiptMs,
      ...(deliveryWaitMs === undefined ? {} : { deliveryWaitMs }),
      ...(queueAgeMsMax === undefined ? {} : { queueAgeMsMax }),
      ...(queueCountMax === undefined ? {} : { queueCountMax }),
      ...(queueSumMax === undefined ? {} : { queueSumMinorMax: queueSumMax * MINOR_PER_TENGE }),
      farewellMs: 1_000,
    },
  });
}

/** A socket has its name a moment before it takes connections. @throws the last refusal */
async function connectSoon(socketPath: string, clock: Clock): Promise<ControlClient> {
  for (let attempt = 1; attempt < CONNECT_TRIES_MAX; attempt++) {
    const client = await connectControl(socketPath).catch(() => null);
    if (client !== null) return client;
    await delay(clock, LOOK_MS);
  }
  return connectControl(socketPath);
}

async function untilTrue(clock: Clock, what: string, isThere: () => boolean, death: () => string | null): Promise<void> {
  const deadlineMs = clock.monotonicMs() + READY_MS;
  while (!isThere()) {
    const died = death();
    if (died !== null) throw new Error(died);
    if (clock.monotonicMs() > deadlineMs) throw new Error(`${what} did not come up within ${READY_MS} ms`);
    await delay(clock, LOOK_MS);
  }
}
