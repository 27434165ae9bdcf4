/**
 * Goal: a certificate that runs out in the middle of a visit, at any message of it, loses nobody's money: what moved waits, and is booked once when keys were changed. Method: whole terminals in virtual time; between core and
 * bank stands who believes whose key, so that no real certificate has to run out. What a certificate is good for is tried in `host/signing/keys.test.ts`.
 */
import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import { confirmMessageAct, proposeMessageAct } from '../../../main/core/service/message-acts.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { HostCodec, HostLine } from '../../../main/host/bank-host.ts';
import { checkSettled } from '../../../simulators/world/checkers/all-checkers.ts';
import { readJournalMoney } from '../../../simulators/world/checkers/journal-money.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

/** `bank`: its key runs out, and what it has answered it repeats as it signed it then. `terminal`: the bank takes nothing more that was signed with the old key. */
type Whose = 'bank' | 'terminal';

const NOT_BELIEVED = { kind: 'invalidAnswer', code: 'HST_SIGNATURE_INVALID', detail: 'no pinned key that is valid now made this signature' } as const;

/** Keys by their age: which of them each side signs with and believes. */
class Certificates {
  /** Messages on the line before the old one runs out. */
  messagesLeft = Infinity;
  isChanged = false;
  readonly #whose: Whose;
  readonly #signedAnew = new Set<string>();
  readonly #answeredBefore = new Set<string>();

  constructor(whose: Whose) {
    this.#whose = whose;
  }

  readonly codec = (codec: HostCodec): HostCodec => ({
    encodeRequest: (request) => this.#signed(codec.encodeRequest(request)),
    renewRequest: (...request) => this.#signed(codec.renewRequest(...request)),
    decodeAnswer: (operation, bytes, expected) => (this.#whose === 'bank' && !this.#isBelieved(bytes) ? err(NOT_BELIEVED) : codec.decodeAnswer(operation, bytes, expected)),
  });

  readonly line = (line: HostLine): HostLine => ({
    close: () => line.close(),
    exchange: async (request) => {
      this.messagesLeft -= 1;
      if (this.#whose === 'terminal' && !this.#isBelieved(request.bytes)) return ok({ bytes: Buffer.from('signature'), httpStatus: 400 });
      const exchanged = await line.exchange(request);
      if (!exchanged.ok || this.#answeredBefore.has(request.messageId)) return exchanged;
      this.#answeredBefore.add(request.messageId);
      if (this.isChanged) this.#signedAnew.add(hash('sha256', exchanged.value.bytes));
      return exchanged;
    },
  });

  #signed<Encoded extends ReturnType<HostCodec['encodeRequest']>>(encoded: Encoded): Encoded {
    if (encoded.ok && this.isChanged) this.#signedAnew.add(hash('sha256', encoded.value.bytes));
    return encoded;
  }

  #isBelieved(bytes: Uint8Array): boolean {
    return this.#signedAnew.has(hash('sha256', bytes)) || (!this.isChanged && this.messagesLeft >= 0);
  }
}

const VISITS = {
  'op-01': async (desk: DeskWorld) => {
    await desk.toCashIn();
    await desk.insertCounted(500_000);
  },
  'op-10': (desk: DeskWorld) => desk.toWithdrawalConfirm(1_000_000),
} as const;
const PERSONS = ['a-001', 'a-002'].map((login) => ({ login, name: 'A.', level: 'administrator' }) as const);

it.each((['bank', 'terminal'] as const).flatMap((whose) => (['op-01', 'op-10'] as const).flatMap((operation) => [0, 1, 2, 3].map((messagesLeft) => ({ whose, operation, messagesLeft })))))(
  'the certificate of the $whose runs out $messagesLeft messages after the consent to $operation',
  async ({ whose, operation, messagesLeft }) => {
    const certificates = new Certificates(whose);
    const desk = new DeskWorld({ limits: IMPATIENT, between: certificates });
    await desk.boot();
    await VISITS[operation](desk);
    certificates.messagesLeft = messagesLeft;
    await desk.press('next');
    await desk.until('attract', 300_000);
    await desk.clock.advance(15 * 60_000);
    expect(desk.parts.gateway.isLinkUp).toBe(false);
    certificates.isChanged = true;
    desk.restart();
    await desk.boot();
    await desk.clock.advance(10 * 60_000);
    for (const { messageId } of desk.journal.messages({ states: ['parked'], limit: 10 })) {
      expect(proposeMessageAct(desk.parts, { staff: PERSONS[0]!, messageId, act: 'replace', why: 'new key' }).ok && confirmMessageAct(desk.parts, { staff: PERSONS[1]!, messageId }).ok).toBe(true);
    }
    await desk.settleQueue(3_600_000);
    expect(checkSettled({ surroundings: desk.surroundings, journal: desk.journal, money: readJournalMoney(desk.journal), shown: [] })).toEqual([]);
    expect([desk.journal.suspense(), desk.bank.database.prepare("SELECT * FROM holds WHERE state = 'held'").all()]).toEqual([[], []]);
    await desk.stop();
  },
);
