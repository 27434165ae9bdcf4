import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import { delay } from '../../../main/foundation/clock.ts';
import type { Scenario } from '../../scenarios/schema.ts';
import { Chance } from '../chance.ts';
import { Customer } from '../scenario/customer.ts';
import { Telephone } from '../scenario/telephone.ts';
import { TerminalStack } from '../scenario/terminal-stack.ts';
import { WatchedStack } from '../scenario/watched-stack.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Death } from './crash-cells.ts';
import type { CrashPlan, NamedPoint } from './crash-plan.ts';
import { CRASH_PLAN_VARIABLE, namedPointSchema } from './crash-plan.ts';
import { tearLog } from './torn-log.ts';

export interface CrashVisitOptions {
  readonly clock: Clock;
  readonly death: Death;
  /** null: the core lives, its points are counted. */
  readonly diesAt: CrashPlan['diesAt'];
  /** What a power cut leaves of the last sync. */
  readonly seed: number;
  /** Program of the core, left out: the sources. */
  readonly coreProgram?: string | undefined;
}

export interface CrashOutcome {
  /** Where it died; null: the visit was over before that point. */
  readonly point: NamedPoint | null;
  readonly points: readonly NamedPoint[];
  readonly problems: readonly string[];
}

const HOOK = join(import.meta.dirname, 'crash-hook.ts');
const READY_MS = 180_000;
const LOOK_MS = 50;
/** The printer's bytes move no money. */
const COUNTED_LINES = ['acceptor', 'dispenser'] as const;
const DEVICES = ['acceptor', 'dispenser', 'printer'] as const;

/**
 * One visit to a real terminal whose core dies at one point and is started again; then notes, journal and bank are compared.
 *
 * @throws when the terminal itself cannot be started
 */
export async function playCrashVisit(scenario: Scenario, options: CrashVisitOptions): Promise<CrashOutcome> {
  const watched = new WatchedStack(await TerminalStack.start(scenario, options.clock), options.clock);
  try {
    return await new CrashVisit(scenario, watched, options).play();
  } finally {
    await watched.close();
  }
}

class CrashVisit {
  readonly #scenario: Scenario;
  readonly #watched: WatchedStack;
  readonly #clock: Clock;
  readonly #options: CrashVisitOptions;
  readonly #armedFile: string;
  readonly #pointsFile: string;
  readonly #barrierFile: string;

  constructor(scenario: Scenario, watched: WatchedStack, options: CrashVisitOptions) {
    const { runFolder } = watched.stack.paths;
    this.#scenario = scenario;
    this.#watched = watched;
    this.#clock = options.clock;
    this.#options = options;
    this.#armedFile = join(runFolder, 'crash-armed');
    this.#pointsFile = join(runFolder, 'crash-points');
    this.#barrierFile = join(runFolder, 'journal-before');
  }

  async play(): Promise<CrashOutcome> {
    const { diesAt, death } = this.#options;
    const { stack, watch } = this.#watched;
    const { runFolder } = stack.paths;
    const plan: CrashPlan = { diesAt, isPowerCut: death === 'powerCut', armedFile: this.#armedFile, pointsFile: this.#pointsFile, barrierFile: this.#barrierFile, lines: COUNTED_LINES.map((name) => join(runFolder, RUN_FILES.ttys, name)) };
    await this.#startCore({ nodeArguments: ['--import', HOOK], environment: { [CRASH_PLAN_VARIABLE]: JSON.stringify(plan) }, mayDie: true });
    await this.#watched.connect();
    await watch.until((model) => model.screen === 'attract' && model.data.operations.every((tile) => tile.available), 'the greeting with everything on offer', READY_MS);
    for (const { target, command } of this.#scenario.faults) await this.#watched.command(target, command as { readonly do: string });
    writeFileSync(this.#armedFile, '');
    const problem = await this.#playUntilDeath();
    // From here on it may no longer die: what is compared stands still.
    rmSync(this.#armedFile, { force: true });
    const hasDied = stack.isCoreGone();
    const points = this.#points();
    const point = hasDied ? (points.at(-1) ?? null) : null;
    if (hasDied) await this.#startAgain(point);
    return { point, points, problems: [...(problem === null || hasDied ? [] : [problem]), ...(await this.#watched.account())] };
  }

  /**
   * A visit is over when the terminal greets the next customer and nothing waits for the bank; until then the core may die.
   * @returns null: he got what he came for, or the core is dead, under whose hands his problems do not matter
   */
  async #playUntilDeath(): Promise<string | null> {
    const { stack, watch } = this.#watched;
    const death = (async () => {
      while (!stack.isCoreGone()) await delay(this.#clock, LOOK_MS);
      return null;
    })();
    const customer = new Customer({
      scenario: this.#scenario, clock: this.#clock, watch, telephone: new Telephone(stack.bank),
      command: (target, command) => this.#watched.command(target, command), killCore: () => Promise.resolve(), coreEnds: () => Promise.resolve(), hangCore: () => Promise.resolve(), killWindow: () => Promise.resolve(), settled: () => Promise.resolve(),
    });
    const visit = (async () => {
      try {
        await customer.play();
        await this.#watched.untilGreeting();
        await this.#watched.untilSettled();
        return null;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    })();
    return Promise.race([death, visit]);
  }

  async #startAgain(point: NamedPoint | null): Promise<void> {
    const { stack, watch } = this.#watched;
    watch.disconnect();
    if (this.#options.death === 'powerCut') {
      for (const name of DEVICES) await this.#watched.command(name, { do: 'powerOff' });
      // Whatever was committed before was synced before: only a sync that the cut interrupts leaves less than all.
      if (point?.at === 'duringSync') tearLog(this.#barrierFile, `${stack.paths.journal}-wal`, new Chance(seededRandom(this.#options.seed * 1_000 + point.point)));
      for (const name of DEVICES) await this.#watched.command(name, { do: 'powerOn' });
    }
    await stack.killCore();
    await this.#startCore({});
    await this.#watched.connect();
  }

  #startCore(options: Parameters<TerminalStack['startCore']>[0]): Promise<void> {
    const { coreProgram } = this.#options;
    return this.#watched.stack.startCore({ ...options, ...(coreProgram === undefined ? {} : { program: coreProgram }) });
  }

  #points(): readonly NamedPoint[] {
    if (!existsSync(this.#pointsFile)) return [];
    return readFileSync(this.#pointsFile, 'utf8').split('\n').filter((line) => line !== '').map((line) => namedPointSchema.parse(JSON.parse(line)));
  }
}
