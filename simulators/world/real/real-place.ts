import { z } from 'zod';
import type { ScreenModel } from '../../../main/contracts/screen-model.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import { delay } from '../../../main/foundation/clock.ts';
import type { Scenario } from '../../scenarios/schema.ts';
import { Telephone } from '../scenario/telephone.ts';
import { TerminalStack } from '../scenario/terminal-stack.ts';
import { type HandCommand, WatchedStack } from '../scenario/watched-stack.ts';
import { devicesOf } from './real-hardware.ts';

export type RestartKind = 'kill' | 'end' | 'powerCut';

const boardSchema = z.array(z.looseObject({ fault: z.string(), at: z.array(z.string()).min(1) }));
const STARTED_MS = 60_000;
/** The customer's first: what he is handed and does not take is not the technician's. Then what puts any device right again. */
const REMEDIES: readonly string[] = ['takeNotes', 'takeCoins', 'takeReceipt', 'clearFaults', 'plug', 'powerOn', 'insertBox', 'insertTray', 'insertRejectBox', 'closeCover'];
/** After the recovery: a note that a reset is just bringing into the box is not the technician's, either. */
const OPENED: readonly string[] = ['clearPath', 'clearJam'];
const RECOVERED_MS = 90_000;

/** A terminal of real processes and all that hands, power and signals do to it. One restart at a time; whatever is refused was not possible just then. */
export class RealPlace {
  readonly watched: WatchedStack;
  readonly #clock: Clock;
  readonly #devices: readonly string[];
  readonly #telephone: Telephone;
  #restarting: Promise<void> = Promise.resolve();
  /** What could not be done and must be possible. */
  readonly problems: string[] = [];

  private constructor(watched: WatchedStack, scenario: Scenario, clock: Clock) {
    this.watched = watched;
    this.#clock = clock;
    this.#telephone = new Telephone(watched.stack.bank);
    this.#devices = devicesOf(scenario).map(([name]) => name);
  }

  /** @throws when the terminal does not come up */
  static async open(scenario: Scenario, clock: Clock): Promise<RealPlace> {
    const watched = new WatchedStack(await TerminalStack.start(scenario, clock), clock);
    const place = new RealPlace(watched, scenario, clock);
    try {
      await place.#start();
      await watched.watch.until(({ screen }) => screen === 'attract', 'the greeting', STARTED_MS);
      return place;
    } catch (error) {
      await watched.close();
      throw error;
    }
  }

  /** Resolves when no restart is under way. */
  get settled(): Promise<void> {
    return this.#restarting;
  }

  /** @returns whether it was possible */
  async tried(target: string, command: HandCommand): Promise<boolean> {
    return this.watched.command(target, command).then(() => true, () => false);
  }

  startAgain(kind: RestartKind, awayMs: number): Promise<void> {
    return (this.#restarting = this.#restarting.then(() => this.#endAndStart(kind, awayMs)).catch((error: unknown) => void this.problems.push(error instanceof Error ? error.message : String(error))));
  }

  async freeze(forMs: number): Promise<void> {
    await this.#restarting;
    this.watched.stack.freezeCore();
    await delay(this.#clock, forMs);
    this.watched.stack.thawCore();
  }

  async away(device: string, [goes, comes]: readonly [string, string], forMs: number): Promise<void> {
    await this.tried(device, { do: goes });
    await delay(this.#clock, forMs);
    await this.tried(device, { do: comes });
  }

  async newWindow(): Promise<void> {
    this.watched.watch.disconnect();
    await (this.#restarting = this.#restarting.then(() => this.watched.connect()).catch((error: unknown) => void this.problems.push(String(error))));
  }

  /** Of the device's own fault board; the numbers are taken round it. */
  async armFault(device: string, row: number, moment: number): Promise<void> {
    const board = boardSchema.parse(await this.watched.command(device, { do: 'faultBoard' }));
    const chosen = board[row % Math.max(1, board.length)];
    if (chosen !== undefined) await this.tried(device, { do: 'fault', fault: chosen.fault, at: chosen.at[moment % chosen.at.length]!, times: 1 });
  }

  /** The newest code: only who stands there is sent one. null: none has come. */
  code(): Promise<string | null> {
    return this.#telephone.newestCode().catch(() => null);
  }

  /** Staff put everything right; a core that ended by itself is started, as by its service manager. */
  async putRight(): Promise<void> {
    await this.#restarting;
    const tryEach = async (remedies: readonly string[]): Promise<void> => {
      for (const device of this.#devices) for (const remedy of remedies) await this.tried(device, { do: remedy });
    };
    await tryEach(REMEDIES);
    await this.tried('bank', { do: 'clearFaults' });
    if (this.watched.stack.isCoreGone()) await this.startAgain('kill', 0);
    const isOver = (model: ScreenModel): boolean => model.screen !== 'out-of-service' || !['recovering', 'starting'].includes(model.data.reason);
    await this.watched.watch.until(isOver, 'the end of the recovery', RECOVERED_MS).catch(() => null);
    await tryEach(OPENED);
  }

  async #endAndStart(kind: RestartKind, awayMs: number): Promise<void> {
    const { stack, watch } = this.watched;
    watch.disconnect();
    if (kind === 'end') await stack.stopCore();
    else await stack.killCore();
    if (kind === 'powerCut') for (const device of this.#devices) await this.tried(device, { do: 'powerOff' });
    await delay(this.#clock, awayMs);
    if (kind === 'powerCut') for (const device of this.#devices) await this.tried(device, { do: 'powerOn' });
    await this.#start();
  }

  async #start(): Promise<void> {
    await this.watched.stack.startCore({ mayDie: true });
    await this.watched.connect();
  }
}
