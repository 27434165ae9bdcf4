import type { Log } from '../../main/foundation/log.ts';
import type { AcceptanceMask } from './acceptance-mask.ts';
import type { BillTable } from './bill-table.ts';
import type { CcnetStep } from './ccnet.machine.ts';
import type { PollState } from './codec.ts';
import type { DeviceLife } from './life.ts';
import type { CcnetLink } from './link.ts';
import type { Pause } from './pause.ts';
import { isAtRest, isInEscrow, isPoweredUp } from './poll-states.ts';
import type { CcnetRequests } from './requests.ts';
import type { UnitIdentity } from './unit-identity.ts';

const POLL_MS = 100; // [ccnet §4]
const REOPEN_MS_MIN = 500;
const REOPEN_MS_MAX = 10_000;
const RETRY_MS = 1_000;
/** Of a device that answers at all, the last answer is younger. [ccnet §4] */
const ANSWERING_MS = 300;
/** INITIALIZE takes up to 40 s. [ccnet §10] */
const INITIALISE_MS_MAX = 60_000;
/** How long a note that an earlier start left behind may take to come to its end before RESET moves it. */
const OBSERVE_MS_MAX = 60_000;
/** Polls that still say 10, 11 or 12 after RESET was acknowledged. */
const STALE_POWER_UP_POLLS_MAX = 5;

export interface BringUpParts {
  readonly deviceId: string;
  readonly log: Log;
  readonly link: CcnetLink;
  readonly requests: CcnetRequests;
  readonly life: DeviceLife;
  readonly mask: AcceptanceMask;
  readonly bills: BillTable;
  readonly unit: UnitIdentity;
  readonly pause: Pause;
  /** One POLL, taken into account; `null`: no usable answer. */
  poll(): Promise<PollState | null>;
  /** An 81 or 82 was told and the core has not called back yet. */
  isAcknowledgementAwaited(): boolean;
  /** Where a power-up found a note could not be written down yet. */
  isPowerUpUnwritten(): boolean;
  /** What this kind of unit reads besides. @returns whether it is usable */
  configureUnit(): Promise<boolean>;
  giveUpWhenDead(): Promise<void>;
}

/** The way from a closed port to a device that is ready, the same at the first start and after each loss: open, observe, RESET, wait, configure. */
export class BringUp {
  readonly #parts: BringUpParts;
  #reopenMs = REOPEN_MS_MIN;
  #stalePowerUpPolls = 0;

  constructor(parts: BringUpParts) {
    this.#parts = parts;
  }

  /** The port is tried again soon: the device spoke, or somebody asked. */
  retrySoon(): void {
    this.#reopenMs = REOPEN_MS_MIN;
  }

  /** Does what the machine's step says, once, and tells the machine what came of it. */
  perform(step: Exclude<CcnetStep, 'none' | 'poll'>): Promise<void> {
    switch (step) {
      case 'open':
        return this.#open();
      case 'waitToOpen':
        return this.#waitToOpen();
      case 'observe':
        return this.#observe();
      case 'reset':
        return this.#reset();
      case 'awaitInitialised':
        return this.#awaitInitialised();
      case 'configure':
        return this.#configure();
    }
  }

  async #open(): Promise<void> {
    const { deviceId, life, link, log } = this.#parts;
    const result = await link.open();
    if (result.ok) return life.send('port.opened');
    log.debug('cim.port.unavailable', () => ({ deviceId, detail: result.error.detail }));
    life.portFailed(result.error.code);
  }

  async #waitToOpen(): Promise<void> {
    await this.#parts.pause.sleep(this.#reopenMs);
    this.#reopenMs = Math.min(this.#reopenMs * 2, REOPEN_MS_MAX);
    this.#parts.life.send('port.retryDue');
  }

  /** Reads where the last start or the power cut left a note, before RESET moves it. [ccnet §13] */
  async #observe(): Promise<void> {
    const { life, requests, pause } = this.#parts;
    const state = await this.#parts.poll();
    if (state !== null && life.step === 'observe') {
      if (isPoweredUp(state) || isAtRest(state)) return life.send('device.observed');
      if (isInEscrow(state)) await requests.sendOnce({ command: 'return' });
      if (life.msInStep > OBSERVE_MS_MAX && !this.#parts.isAcknowledgementAwaited()) return life.send('device.observed');
    }
    await pause.sleep(POLL_MS);
  }

  async #reset(): Promise<void> {
    const { life, mask, requests, pause } = this.#parts;
    if (this.#parts.isPowerUpUnwritten()) {
      // RESET moves the note and ends 10, 11 or 12: what the core does not have on its disk stays with the device. [ccnet §13]
      await this.#parts.poll();
      return pause.sleep(POLL_MS);
    }
    const reply = await requests.send({ command: 'reset' });
    mask.noteCleared();
    this.#stalePowerUpPolls = 0;
    if (reply.kind === 'acknowledged') return life.send('device.resetAcknowledged');
    await this.#parts.giveUpWhenDead();
    await pause.sleep(RETRY_MS);
  }

  async #awaitInitialised(): Promise<void> {
    const { life, pause } = this.#parts;
    const state = await this.#parts.poll();
    if (state !== null && life.step === 'awaitInitialised') {
      if (isAtRest(state)) return life.send('device.initialised');
      if (isPoweredUp(state) && ++this.#stalePowerUpPolls > STALE_POWER_UP_POLLS_MAX) return life.send('device.resetNeeded');
      if (life.msInStep > INITIALISE_MS_MAX && !this.#parts.isAcknowledgementAwaited()) {
        return life.fail('CIM_FAILURE', `initialisation did not end within ${INITIALISE_MS_MAX} ms`);
      }
    }
    await pause.sleep(POLL_MS);
  }

  async #configure(): Promise<void> {
    const { bills, life, link, requests, pause } = this.#parts;
    await requests.read({ command: 'getStatus' });
    await this.#parts.unit.ask();
    const hasTable = await bills.read();
    const security = await requests.send({ command: 'setSecurity', highSecurityMask: 0 });
    const isUsable = hasTable && (await this.#parts.configureUnit());
    if (isUsable && security.kind !== 'silence' && security.kind !== 'lost' && life.step === 'configure') return life.configured();
    if (link.isOpen && !hasTable && link.silentForMs < ANSWERING_MS) life.speaksOtherwise();
    await this.#parts.giveUpWhenDead();
    await pause.sleep(RETRY_MS);
  }
}
