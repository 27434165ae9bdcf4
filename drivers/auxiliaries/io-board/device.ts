import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import type { LampName, LightPattern, Lights } from '../../interfaces/lights.ts';
import type { SwitchName, Switches } from '../../interfaces/switches.ts';
import { SWITCHES } from '../../interfaces/switches.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { Transport } from '../../transport/transport.ts';
import type { BoardLine } from './codec.ts';
import { encodeLampOrder, encodeQuery } from './codec.ts';
import { IoBoardLink, type LinkFailure } from './link.ts';

export interface IoBoardOptions {
  readonly deviceId: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** Between two questions; events come by themselves, this is the net below them. */
  readonly pollIntervalMs?: number;
}

const POLL_INTERVAL_MS = 2_000;

/**
 * Service key, doors, tamper contact, headphone jack and guidance lights on a small board of our own protocol.
 *
 * `position` is null until the board was read and whenever it is lost: an unknown door is not a closed one. `onChange` tells each difference to
 * what was told before, at the start to all at rest (key off, doors closed), so a key that is turned at power-up is told, and a change during a loss
 * is told once the board is back.
 *
 * @source README.md beside this file; the protocol is ours
 */
export function createIoBoardSwitches(options: IoBoardOptions): Switches {
  return new IoBoard(options);
}

class IoBoard extends LineDevice implements Switches {
  readonly lights: Lights = { set: (lamp, pattern) => this.#light(lamp, pattern), pattern: (lamp) => this.#patterns?.[lamp] ?? null };
  readonly #link: IoBoardLink;
  readonly #listeners = new Set<(change: { readonly name: SwitchName; readonly on: boolean }) => void>();
  readonly #positions = new Map<SwitchName, boolean>();
  readonly #told = new Map<SwitchName, boolean>(SWITCHES.map((name) => [name, false]));
  readonly #wanted = new Map<LampName, LightPattern>();
  #patterns: Extract<BoardLine, { kind: 'status' }>['patterns'] = null;

  constructor(options: IoBoardOptions) {
    const link = new IoBoardLink(options);
    super({ ...options, deviceClass: 'auxiliaries', protocol: 'io-board', link, pollIntervalMs: options.pollIntervalMs ?? POLL_INTERVAL_MS, offlineCode: 'LNK_LOST', logArea: 'siu' });
    this.#link = link;
    link.onEvent(({ name, on }) => this.#setPosition(name, on));
  }

  position(name: SwitchName): boolean | null {
    return this.#positions.get(name) ?? null;
  }

  onChange(listener: (change: { readonly name: SwitchName; readonly on: boolean }) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  protected override async bringUp(): Promise<boolean> {
    const identity = await this.#link.ask(encodeQuery('identity'), 'identity');
    if (typeof identity === 'string') return this.#isGone(identity);
    if (!(await this.poll())) return false;
    this.identified(identity);
    this.becomeReady('board read');
    return true;
  }

  protected override async poll(): Promise<boolean> {
    const status = await this.#link.ask(encodeQuery('status'), 'status');
    if (typeof status === 'string') return this.#isGone(status);
    for (const name of SWITCHES) {
      const on = status.positions[name];
      if (on !== undefined) this.#setPosition(name, on);
    }
    this.#patterns = status.patterns;
    return this.#lightAsWanted();
  }

  protected override onDown(): void {
    this.#positions.clear();
    this.#patterns = null;
  }

  async #light(lamp: LampName, pattern: LightPattern): Promise<DeviceOutcome<void>> {
    this.#wanted.set(lamp, pattern);
    return this.run(async (): Promise<DeviceOutcome<void>> => {
      if (this.#patterns === null || this.#patterns[lamp] === null) return { kind: 'failed', completionCode: 'unsupportedCommand', detail: `the board has no lamp ${lamp}` };
      // Overtaken by a newer wish for the same lamp.
      const wanted = this.#wanted.get(lamp) ?? pattern;
      if (await this.#order(lamp, wanted)) return { kind: 'completed', value: undefined };
      this.lineLost();
      return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'lampOrdered' } };
    });
  }

  /** After a restart of the board its lamps are dark: what is wanted is set again. */
  async #lightAsWanted(): Promise<boolean> {
    for (const [lamp, wanted] of this.#wanted) {
      const shown = this.#patterns?.[lamp] ?? null;
      if (shown !== null && shown !== wanted && !(await this.#order(lamp, wanted))) return false;
    }
    return true;
  }

  async #order(lamp: LampName, pattern: LightPattern): Promise<boolean> {
    const answer = await this.#link.ask(encodeLampOrder(lamp, pattern), 'lamp');
    if (typeof answer === 'string') return this.#isGone(answer);
    if (answer.lamp === lamp && this.#patterns !== null) this.#patterns = { ...this.#patterns, [lamp]: answer.pattern };
    return true;
  }

  /** Bytes, but no line of ours: that is told once, the port is opened anew as after silence. */
  #isGone(failure: LinkFailure): false {
    if (failure === 'strange') this.record('LNK_PROTOCOL', 'bytes came, but no line of the board');
    return false;
  }

  #setPosition(name: SwitchName, on: boolean): void {
    this.#positions.set(name, on);
    if (this.#told.get(name) === on) return;
    this.#told.set(name, on);
    this.log.info('siu.switch.changed', { deviceId: this.deviceId, name, on });
    for (const listener of this.#listeners) listener({ name, on });
  }
}
