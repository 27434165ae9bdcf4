import type { Random } from '../../../main/foundation/random.ts';
import type { LinkReply } from '../../cctalk-family/link.ts';
import type { CctalkLink } from '../../cctalk-family/link.ts';
import type { HopperLevel, HopperStatus, HopperTest } from './codec.ts';
import { CHALLENGE_BYTES, PAYOUT_OFF, PAYOUT_ON, STATUS_BYTES, TEST_BYTES, TOTAL_BYTES, decodeLevel, decodeStatus, decodeTest, decodeTotal } from './codec.ts';

/** A reading at rest is alike within a few hundredths; more than this many and the line is not to be believed. */
const EQUAL_READS_MAX = 8;

export interface Reading {
  readonly status: HopperStatus;
  readonly total: number | null;
  readonly test: HopperTest;
}

/** A vendor's secret algorithm: what goes before the count for a challenge of eight bytes. [misc §5.7 b, unverified] */
export type HopperCipher = (challenge: Uint8Array) => Uint8Array;

/** The questions and orders of a hopper; null or false: no answer that can be believed. */
export class HopperLine {
  readonly #link: CctalkLink;
  #hasTotal: boolean | null = null;
  #hasLevel: boolean | null = null;

  constructor(link: CctalkLink) {
    this.#link = link;
  }

  /** Another device, or the same after a restart: what it can do is asked anew. */
  forget(): void {
    this.#hasTotal = null;
    this.#hasLevel = null;
  }

  async status(): Promise<HopperStatus | null> {
    const reply = await this.#ask('hopperStatus', [STATUS_BYTES]);
    return reply.kind === 'answered' ? decodeStatus(reply.data) : null;
  }

  async test(): Promise<HopperTest | null> {
    const reply = await this.#ask('testHopper', TEST_BYTES);
    return reply.kind === 'answered' ? decodeTest(reply.data) : null;
  }

  /**
   * All registers, believed when two readings in a row say the same: spoiled bytes can make the one-byte sum right. Only of a hopper that stands still do two
   * say the same. One that repeats what is `known` needs no second.
   */
  async read(known: Reading | null = null): Promise<Reading | null> {
    let before = JSON.stringify(known);
    for (let turn = 0; turn < EQUAL_READS_MAX; turn++) {
      const reading = await this.#readOnce();
      if (reading === null) return null;
      const text = JSON.stringify(reading);
      if (text === before) return reading;
      before = text;
    }
    return null;
  }

  async #readOnce(): Promise<Reading | null> {
    const status = await this.status();
    const total = status === null ? undefined : await this.#total();
    const test = total === undefined ? null : await this.test();
    return status === null || total === undefined || test === null ? null : { status, total, test };
  }

  /** null: it has none; undefined: no answer. Once it had one, a refusal is no answer. */
  async #total(): Promise<number | null | undefined> {
    if (this.#hasTotal === false) return null;
    const reply = await this.#ask('dispensedTotal', [TOTAL_BYTES]);
    if (reply.kind === 'answered') {
      this.#hasTotal = true;
      return decodeTotal(reply.data);
    }
    if (reply.kind === 'silent' || reply.isBusy || this.#hasTotal === true) return undefined;
    this.#hasTotal = false;
    return null;
  }

  /** undefined: no answer. */
  async level(): Promise<HopperLevel | undefined> {
    const none = { isBelowLow: null, isAboveHigh: null };
    if (this.#hasLevel === false) return none;
    const reply = await this.#ask('level', [1]);
    if (reply.kind === 'silent') return undefined;
    this.#hasLevel = reply.kind === 'answered';
    return reply.kind === 'answered' ? decodeLevel(reply.data) : none;
  }

  /** Setting the same twice is setting it once. */
  async enable(isOn: boolean): Promise<boolean> {
    return (await this.#ask('enableHopper', [0], [isOn ? PAYOUT_ON : PAYOUT_OFF])).kind === 'answered';
  }

  async restart(): Promise<boolean> {
    return (await this.#ask('reset', [0])).kind === 'answered';
  }

  /** Coins that it then still owed. What counts are the registers read afterwards: a repeated order may be answered otherwise. [misc §5.8] */
  async emergencyStop(): Promise<number | null> {
    const reply = await this.#ask('emergencyStop', [1]);
    return reply.kind === 'answered' ? reply.data[0]! : null;
  }

  /** Sent once, whatever comes of it. [misc §5.8] */
  dispense(guard: readonly number[], coinCount: number): Promise<LinkReply> {
    return this.#link.request({ header: 'dispense', data: [...guard, coinCount], answerBytes: [0, 1], isRepeatable: false });
  }

  /** The eight bytes that go before the count. */
  async answerToChallenge(random: Random, cipher: HopperCipher): Promise<readonly number[] | null> {
    if ((await this.#ask('pumpSeed', [0], random.bytes(CHALLENGE_BYTES))).kind !== 'answered') return null;
    const challenge = await this.#ask('cipherChallenge', [CHALLENGE_BYTES]);
    return challenge.kind === 'answered' ? [...cipher(challenge.data)] : null;
  }

  #ask(header: Parameters<CctalkLink['request']>[0]['header'], answerBytes: readonly number[], data: Uint8Array | readonly number[] = []): Promise<LinkReply> {
    return this.#link.request({ header, data, answerBytes, isRepeatable: true });
  }
}
