import { join } from 'node:path';
import { RUN_FILES, SAMPLE_DEVICES } from '../../main/contracts/run-folder.ts';
import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import type { ControlEvent } from '../control/control-socket.ts';
import type { ControlError, Json } from '../simulator.ts';
import { armedAfter, armedInWorld } from './armed-faults.ts';
import type { ArmedFault, FaultBoardEntry, FromPage, Snapshot, ToPage } from './bench-messages.ts';
import { condenseWorld } from './condense-world.ts';
import type { ControlLink } from './control-link.ts';
import { keepControlLink } from './control-link.ts';
import { CORE_TARGET, followCore } from './core-timeline.ts';
import type { MoneyCheck, MoneyTotals } from './money-check.ts';
import { checkMoney, moneyTotals, totalsSince } from './money-check.ts';

const BANK = 'bank';
const LOOK_INTERVAL_MS = 1_000;
/** After something happened the worlds are looked at sooner: many events of one moment make one look. */
const LOOK_SOON_MS = 60;
const EVENTS_KEPT_MAX = 600;

export interface Bench {
  ask(request: FromPage): Promise<Result<Json, ControlError>>;
  /** All that a page needs that opens now. */
  greeting(): readonly ToPage[];
  close(): void;
}

/** What the workbench knows: both simulator processes watched over their control sockets, worlds compared, told to all pages on change. */
export function createBench(options: { readonly runFolder: string; readonly clock: Clock; readonly tell: (message: ToPage) => void }): Bench {
  return new LiveBench(options);
}

class LiveBench implements Bench {
  readonly #clock: Clock;
  readonly #tell: (message: ToPage) => void;
  readonly #devices: ControlLink;
  readonly #bank: ControlLink;
  readonly #core: { close(): void };
  #worlds: { readonly [target: string]: Json } = {};
  #fullWorlds: { readonly [target: string]: Json } = {};
  #boards: { readonly [target: string]: readonly FaultBoardEntry[] } = {};
  #bankArmed: readonly ArmedFault[] = [];
  #isNetworkDown = false;
  readonly #withoutPower = new Set<string>();
  readonly #withoutCable = new Set<string>();
  #events: ControlEvent[] = [];
  #moneyBase: MoneyTotals | null = null;
  #open = { key: '', sinceMs: 0 };
  #lastTold = '';
  #timer: TimerHandle;
  #isLooking = false;
  #mustLookAgain = false;
  #isClosed = false;

  constructor(options: { readonly runFolder: string; readonly clock: Clock; readonly tell: (message: ToPage) => void }) {
    const { runFolder, clock } = options;
    this.#clock = clock;
    this.#tell = options.tell;
    const link = (file: string, targets: readonly string[]) =>
      keepControlLink({ socketPath: join(runFolder, file), clock, onEvent: (event) => this.#hear(event), onUp: () => void this.#greet(targets), onDown: () => this.#forget(targets) });
    this.#devices = link(RUN_FILES.devicesControl, Object.values(SAMPLE_DEVICES));
    this.#bank = link(RUN_FILES.bankControl, [BANK]);
    this.#core = followCore({ socketPath: join(runFolder, RUN_FILES.coreTimeline), clock, onEvent: (event) => this.#hear(event) });
    this.#lookIn(LOOK_INTERVAL_MS);
  }

  async ask({ target, command }: FromPage): Promise<Result<Json, ControlError>> {
    const result = await this.#linkOf(target).send(target, command);
    if (result.ok) this.#noteHand(target, command.do);
    this.#lookIn(LOOK_SOON_MS);
    return result;
  }

  greeting(): readonly ToPage[] {
    return [{ type: 'boards', boards: this.#boards }, { type: 'snapshot', snapshot: this.#snapshot() }, { type: 'events', events: this.#events, isPast: true }];
  }

  close(): void {
    this.#isClosed = true;
    this.#clock.clearTimeout(this.#timer);
    this.#devices.close();
    this.#bank.close();
    this.#core.close();
  }

  #linkOf(target: string): ControlLink {
    return target === BANK ? this.#bank : this.#devices;
  }

  async #greet(targets: readonly string[]): Promise<void> {
    for (const target of targets) {
      const board = await this.#linkOf(target).send(target, { do: 'faultBoard' });
      if (board.ok) this.#boards = { ...this.#boards, [target]: board.value as unknown as readonly FaultBoardEntry[] };
    }
    this.#tell({ type: 'boards', boards: this.#boards });
    this.#lookIn(LOOK_SOON_MS);
  }

  /** The process is gone; one that comes back has other notes in other boxes, and a bank other faults. */
  #forget(targets: readonly string[]): void {
    const without = (all: { readonly [target: string]: Json }) => Object.fromEntries(Object.entries(all).filter(([target]) => !targets.includes(target)));
    this.#worlds = without(this.#worlds);
    this.#fullWorlds = without(this.#fullWorlds);
    for (const target of targets) {
      this.#withoutPower.delete(target);
      this.#withoutCable.delete(target);
    }
    if (targets.includes(BANK)) {
      this.#bankArmed = [];
      this.#isNetworkDown = false;
    } else this.#moneyBase = null;
    this.#tellIfChanged();
  }

  #hear(event: ControlEvent): void {
    if (event.target === BANK) {
      this.#bankArmed = armedAfter(this.#bankArmed, event);
      if (event.event === 'host.link.changed') this.#isNetworkDown = event.fields['fault'] === 'linkDown';
      if (event.event === 'host.fault.cleared') this.#isNetworkDown = false;
    } else if (event.target !== CORE_TARGET) this.#noteHand(event.target, event.event);
    this.#events = [...this.#events.slice(1 - EVENTS_KEPT_MAX), event];
    this.#tell({ type: 'events', events: [event], isPast: false });
    if (event.event !== 'bytes' && event.target !== CORE_TARGET) this.#lookIn(LOOK_SOON_MS);
  }

  /** Not every world tells its power and cable; hands and events do. */
  #noteHand(target: string, what: string): void {
    if (what === 'powerOff') this.#withoutPower.add(target);
    if (what === 'powerOn') this.#withoutPower.delete(target);
    if (what === 'unplug' || what === 'unplugged') this.#withoutCable.add(target);
    if (what === 'plug' || what === 'plugged') this.#withoutCable.delete(target);
  }

  #lookIn(delayMs: number): void {
    this.#clock.clearTimeout(this.#timer);
    if (!this.#isClosed) this.#timer = this.#clock.setTimeout(() => void this.#look(), delayMs);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) {
      this.#mustLookAgain = true;
      return;
    }
    this.#isLooking = true;
    const targets = [...(this.#devices.isUp ? Object.values(SAMPLE_DEVICES) : []), ...(this.#bank.isUp ? [BANK] : [])];
    const seen = await Promise.all(targets.map(async (target) => ({ target, world: await this.#linkOf(target).send(target, { do: 'world' }) })));
    for (const { target, world } of seen) {
      if (!world.ok) continue;
      this.#fullWorlds = { ...this.#fullWorlds, [target]: world.value };
      this.#worlds = { ...this.#worlds, [target]: condenseWorld(world.value) };
    }
    this.#isLooking = false;
    this.#tellIfChanged();
    const isLookingSoon = this.#mustLookAgain;
    this.#mustLookAgain = false;
    this.#lookIn(isLookingSoon ? LOOK_SOON_MS : LOOK_INTERVAL_MS);
  }

  #tellIfChanged(): void {
    const snapshot = this.#snapshot();
    const text = JSON.stringify(snapshot);
    if (text === this.#lastTold || this.#isClosed) return;
    this.#lastTold = text;
    this.#tell({ type: 'snapshot', snapshot });
  }

  #snapshot(): Snapshot {
    const armed = Object.fromEntries([...Object.values(SAMPLE_DEVICES).map((deviceId) => [deviceId, armedInWorld(this.#worlds[deviceId] ?? null)] as const), [BANK, this.#bankArmed] as const]);
    return {
      isDevicesUp: this.#devices.isUp,
      isBankUp: this.#bank.isUp,
      worlds: this.#worlds,
      armed,
      isNetworkDown: this.#isNetworkDown,
      withoutPower: [...this.#withoutPower].sort(),
      withoutCable: [...this.#withoutCable].sort(),
      money: this.#checkMoney(),
    };
  }

  #checkMoney(): MoneyCheck | null {
    const { acceptor, dispenser, bank, [SAMPLE_DEVICES.coinAcceptor]: coinAcceptor, [SAMPLE_DEVICES.coinDispenser]: hopper } = this.#fullWorlds;
    const totals = moneyTotals({ acceptor, dispenser, bank, coinAcceptor, hopper });
    if (totals === null) return null;
    this.#moneyBase ??= totals;
    const since = totalsSince(this.#moneyBase, totals);
    const instant = checkMoney(since, 0, this.#isNetworkDown);
    const key = `${instant.openInMinor}/${instant.openOutMinor}`;
    const nowMs = this.#clock.monotonicMs();
    if (key !== this.#open.key) this.#open = { key, sinceMs: nowMs };
    return checkMoney(since, nowMs - this.#open.sinceMs, this.#isNetworkDown);
  }
}
