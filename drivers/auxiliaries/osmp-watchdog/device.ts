import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { Watchdog } from '../../interfaces/watchdog.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { Transport } from '../../transport/transport.ts';
import { decodeIdentity, VERSION_START } from './codec.ts';
import { WatchdogLink } from './link.ts';

export interface OsmpWatchdogOptions {
  readonly deviceId: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** Without a ping for so long the computer's power is cut. */
  readonly windowS: number;
  readonly computerOffS: number;
  readonly modemOffS: number;
  /** Armed as soon as the board answers; else only by `arm()`. */
  readonly isArmedAtStart: boolean;
}

/** Pings in one window: two may be lost. */
const PINGS_PER_WINDOW = 3;

/** Board of the OSMP 2.5 kind. It is armed by the running process and pinged while that feeds it, disarmed by its orderly stop, and by nothing else. */
export function createOsmpWatchdog(options: OsmpWatchdogOptions): Watchdog {
  return new OsmpWatchdog(options);
}

class OsmpWatchdog extends LineDevice implements Watchdog {
  readonly #link: WatchdogLink;
  readonly #options: OsmpWatchdogOptions;
  #mustBeArmed: boolean;
  #isArmed: boolean | null = null;
  #isFed = false;
  #mustStayArmed = false;

  constructor(options: OsmpWatchdogOptions) {
    const link = new WatchdogLink(options);
    const pollIntervalMs = (options.windowS * 1000) / PINGS_PER_WINDOW;
    super({ ...options, deviceClass: 'watchdog', protocol: 'osmp-watchdog', link, pollIntervalMs, offlineCode: 'SIU_OFFLINE', logArea: 'siu' });
    this.#link = link;
    this.#options = options;
    this.#mustBeArmed = options.isArmedAtStart;
  }

  isArmed(): boolean | null {
    return this.#isArmed;
  }

  feed(): void {
    this.#isFed = true;
  }

  leaveArmed(): void {
    this.#mustStayArmed = true;
  }

  /** Orderly: the computer goes on without us. A process that dies leaves the board armed. */
  override async stop(): Promise<void> {
    // Whoever takes over has the whole window.
    if (this.#mustStayArmed) await this.run(() => this.#lastPing());
    else await this.run(() => this.#obey('timerOff', false));
    await super.stop();
  }

  arm(): Promise<DeviceOutcome<void>> {
    this.#mustBeArmed = true;
    return this.run(() => this.#obey('timerOn', true));
  }

  disarm(): Promise<DeviceOutcome<void>> {
    this.#mustBeArmed = false;
    return this.run(() => this.#obey('timerOff', false));
  }

  restartModem(): Promise<DeviceOutcome<void>> {
    return this.run(() => this.#restart('modemReset'));
  }

  restartComputer(): Promise<DeviceOutcome<void>> {
    return this.run(() => this.#restart('computerReset'));
  }

  protected override async bringUp(): Promise<boolean> {
    const version = await this.#link.ask({ kind: 'version' });
    if (version === null) return false;
    const firmware = version.toString('latin1').replace(/[^\x20-\x7e]/g, '').slice(0, 32);
    // Another board would take our commands for its own: a window in minutes, a cut of power.
    if (!firmware.startsWith(VERSION_START)) {
      this.record('LNK_PROTOCOL', `version ${firmware}`);
      return false;
    }
    const identity = decodeIdentity((await this.#link.ask({ kind: 'identity' })) ?? Buffer.alloc(0));
    this.identified({ model: identity === null ? 'OSMP 2.5' : `OSMP 2.5 type ${identity.type}`, firmware, ...(identity === null ? {} : { serialNumber: identity.serialNumber }) });
    const { windowS, computerOffS, modemOffS } = this.#options;
    for (const [kind, seconds] of [['windowS', windowS], ['computerOffS', computerOffS], ['modemOffS', modemOffS]] as const) {
      if ((await this.#link.ask({ kind, seconds })) === null) return false;
    }
    const armed = await this.#obey(this.#mustBeArmed ? 'timerOn' : 'timerOff', this.#mustBeArmed);
    if (armed.kind !== 'completed') return false;
    this.becomeReady(this.#mustBeArmed ? 'armed' : 'disarmed');
    return true;
  }

  protected override async poll(): Promise<boolean> {
    // Unfed it is asked what moves nothing: the line is watched, the window runs on.
    const isPing = this.#isArmed === true && this.#isFed;
    this.#isFed = false;
    return (await this.#link.ask({ kind: isPing ? 'ping' : 'version' })) !== null;
  }

  protected override onDown(): void {
    this.#isArmed = null;
  }

  async #lastPing(): Promise<DeviceOutcome<void>> {
    if (this.#isArmed === true) await this.#link.ask({ kind: 'ping' });
    return { kind: 'completed', value: undefined };
  }

  async #obey(kind: 'timerOn' | 'timerOff', isArmed: boolean): Promise<DeviceOutcome<void>> {
    if ((await this.#link.ask({ kind })) === null) {
      this.#isArmed = null;
      this.lineLost();
      return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: `${kind}Unanswered` } };
    }
    this.#isArmed = isArmed;
    this.log.info('siu.watchdog.switched', { deviceId: this.deviceId, isArmed });
    return { kind: 'completed', value: undefined };
  }

  async #restart(kind: 'modemReset' | 'computerReset'): Promise<DeviceOutcome<void>> {
    this.log.warn('siu.watchdog.restart', { deviceId: this.deviceId, kind });
    if ((await this.#link.ask({ kind })) !== null) return { kind: 'completed', value: undefined };
    this.lineLost();
    return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: `${kind}Unanswered` } };
  }
}
