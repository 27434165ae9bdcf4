import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScreenId } from '../../../main/contracts/screen-model.ts';
import { keepUncredited } from '../../support/kept-deposit.ts';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { DeskWorld, SAMPLE } from '../../support/virtual-desk.ts';

const RESULTS: readonly ScreenId[] = ['result-success', 'result-pending', 'result-refused', 'result-partial'];

describe('a host that fails', () => {
  let world: DeskWorld;
  beforeEach(async () => {
    world = new DeskWorld();
    await world.boot();
  });
  afterEach(() => world.stop());

  const finish = async () => {
    await world.press('next');
    await world.until('attract', 300_000);
    await world.settleQueue(1_200_000);
    expectMoneyHolds(world);
    expect(world.journal.openOperationIds()).toEqual([]);
  };

  describe('when the money of a deposit is inside', () => {
    const deposit = async () => {
      await world.toCashIn();
      await world.insertCounted(1_000_000);
      await world.press('next');
      await world.until(RESULTS);
    };

    it.each(['lostRequest', 'cutBefore', 'silence', 'cutAfter', 'lateAnswer', 'wrongSignature', 'unsigned', 'malformed', 'otherTerminal', 'busy', 'http500', 'replayOld'] as const)('%s: shows pending with number and reference, and credits exactly once', async (fault) => {
      world.arm(fault, 'cash.deposit');
      const before = world.bank.ledger.balanceMinor('client:KZ22999KZT0000000006');
      await deposit();
      // Where the answer comes again within the patience of the screen, the end is known.
      expect(['result-pending', 'result-success']).toContain(world.model.screen);
      const data = world.model.data as { readonly receiptNumber: string; readonly reference: string };
      expect(data.receiptNumber).toBe('0427-000001');
      expect(data.reference).toMatch(/^[0-9A-Z]{3}-\d{3}$/);
      await finish();
      expect(world.bank.ledger.balanceMinor('client:KZ22999KZT0000000006') - before).toBe(980_000);
    });

    it.each(['wrongSignature', 'rejected'] as const)('a bank that is not believed any more (%s) is as good as away: no further note is taken, what is inside is accepted, and it goes on when it is believed again', async (fault) => {
      await world.toCashIn();
      await world.insertCounted(1_000_000);
      world.arm(fault, 'link.heartbeat');
      await world.clock.advance(20_000);
      expect(world.parts.gateway.isLinkUp).toBe(true);
      world.arm(fault, 'link.heartbeat', { times: 1000 });
      world.arm(fault, 'link.signon', { times: 1000 });
      await world.when(() => world.data('cash-in').noteState === 'stopped', 'no more is taken', 60_000);
      expect(world.parts.gateway.isLinkUp).toBe(false);
      await world.press('next');
      await world.until(RESULTS);
      world.bank.clearFaults();
      await world.when(() => world.parts.gateway.isLinkUp, 'it is believed again', 60_000);
      await finish();
      expect(world.journal.suspense()).toEqual([]);
    });

    it.each(['wrongSignature', 'rejected'] as const)('half an hour in which nothing that the bank says is believed (%s) leaves nothing for a person: it is credited once when the bank is believed again', async (fault) => {
      const before = world.bank.ledger.balanceMinor('client:KZ22999KZT0000000006');
      await world.toCashIn();
      await world.insertCounted(1_000_000);
      world.arm(fault, undefined, { times: 1000 });
      await world.press('next');
      await world.until('result-pending');
      await world.clock.advance(1_800_000);
      expect(world.journal.messages({ states: ['parked'], limit: 10 })).toEqual([]);
      world.bank.clearFaults();
      await world.until('attract', 300_000);
      await world.settleQueue(300_000);
      expectMoneyHolds(world);
      expect([world.journal.suspense(), world.bank.ledger.balanceMinor('client:KZ22999KZT0000000006') - before]).toEqual([[], 980_000]);
    });

    it('in process: pending says so, and the status decides later (Q-16)', async () => {
      world.arm('inProcess', 'cash.deposit', { delayMs: 120_000 });
      await deposit();
      expect(world.data('result-pending')).toMatchObject({ why: 'inProcess', amountMinor: 980_000 });
      await finish();
      expect(world.dataOf('receipt.statusChanged').at(-1)).toMatchObject({ status: 'executed' });
    });

    it.each(['RF-02', 'RF-04', 'RF-18', 'RF-20'] as const)('refused with %s: the sum is kept as a claim with the receipt’s reference (Q-24)', async (refusal) => {
      world.arm('refusal', 'cash.deposit', { refusal });
      await deposit();
      expect(world.data('result-refused')).toMatchObject({ refusal, keptMinor: 1_000_000 });
      const { reference } = world.data('result-refused');
      expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'depositRefused', amountMinor: 1_000_000, reference }]);
      await finish();
    });

    it('link down before the first note: the page says so at once, no note is taken, and it goes on by itself when the link is back', async () => {
      await world.toIntro();
      world.arm('linkDown');
      await world.when(() => !world.parts.gateway.isLinkUp, 'the loss is seen');
      await world.press('next');
      await world.until('cash-in');
      await world.when(() => world.data('cash-in').stoppedBy === 'host', 'the customer is told', 2_000);
      world.insert(500_000);
      await world.when(() => world.dataOf('outcome.return').length === 1, 'the note goes back');
      world.arm('linkUp');
      await world.when(() => world.data('cash-in').noteState === 'waiting', 'the mouth is open', 60_000);
      await world.insertCounted(1_000_000);
      await world.press('next');
      await world.until('result-success');
      await finish();
    });

    it('link down between note and acceptance: no more notes, what is inside is accepted and queued (Q-09)', async () => {
      await world.toCashIn();
      await world.insertCounted(1_000_000);
      world.arm('linkDown');
      await world.when(() => world.data('cash-in').stoppedBy === 'host', 'the loss is seen');
      world.insert(500_000);
      await world.when(() => world.dataOf('outcome.return').length === 1, 'the note goes back');
      expect(world.model.toast?.textKey).toBe('toast.noteReturned');
      await world.press('next');
      await world.until('result-pending');
      world.arm('linkUp');
      await finish();
      expect(world.dataOf('deposit.accepted')[0]!.insertedMinor).toBe(1_000_000);
    });
  });

  describe('when cash is asked for', () => {
    const withdraw = async () => {
      await world.toWithdrawalConfirm(1_000_000);
      await world.press('next');
      await world.until(['take-cash', ...RESULTS]);
    };

    it.each(['lostRequest', 'cutBefore', 'silence', 'cutAfter', 'lateAnswer', 'wrongSignature', 'unsigned', 'malformed', 'otherTerminal', 'inProcess', 'busy'] as const)('%s: no note moves, the reversal is durable before the screen says no', async (fault) => {
      world.arm(fault, 'cash.withdraw');
      let stagedBeforeRefusal = false;
      world.desk.onModel((model) => {
        if (model.screen === 'result-refused') stagedBeforeRefusal ||= world.dataOf('message.staged').some((data) => data.operation === 'cash.withdraw.complete');
      });
      await withdraw();
      expect(world.data('result-refused')).toMatchObject({ refusal: 'RF-34', keptMinor: 0 });
      expect(world.data('result-refused').reference).toMatch(/^[0-9A-Z]{3}-\d{3}$/);
      expect(stagedBeforeRefusal).toBe(true);
      expect(world.dataOf('intent.dispense')).toEqual([]);
      await finish();
      expect(world.money().host.cashOutMinor).toBe(0);
    });

    it.each(['RF-02', 'RF-04', 'RF-18', 'RF-20'] as const)('refused with %s: says it, nothing to reverse, and the reference is in the journal', async (refusal) => {
      world.arm('refusal', 'cash.withdraw', { refusal });
      await withdraw();
      const { reference } = world.data('result-refused');
      expect(world.data('result-refused')).toMatchObject({ refusal, receiptNumber: null });
      expect(reference).toMatch(/^[0-9A-Z]{3}-\d{3}$/);
      expect(world.dataOf('operation.closed')).toMatchObject([{ outcome: 'refused', refusal, reference }]);
      expect(world.dataOf('message.staged').some((data) => data.operation === 'cash.withdraw.complete')).toBe(false);
      await finish();
    });

    it('does not authorise again in a session whose reversal is not acknowledged (host-messages §5.1)', async () => {
      world.arm('silence', 'cash.withdraw');
      world.arm('lostRequest', 'cash.withdraw.complete', { times: 3 });
      await withdraw();
      await world.press('anotherOperation');
      await world.until('menu');
      await world.when(() => world.data('menu').operations.some((tile) => tile.operation === 'op-10' && tile.available), 'the tile is on again');
      await world.press('chooseOperation', { operation: 'op-10' });
      await world.until('account-choice');
      await world.press('chooseAccount', { accountRef: world.data('account-choice').accounts[0]!.accountRef });
      await world.until('cash-out-amount');
      await world.press('chooseAmount', { amountMinor: 1_000_000 });
      await world.until('confirm');
      const asked = world.dataOf('message.staged').filter((data) => data.operation === 'cash.withdraw').length;
      await world.press('next');
      await world.until('result-refused');
      expect(world.dataOf('message.staged').filter((data) => data.operation === 'cash.withdraw')).toHaveLength(asked);
      await finish();
    });
  });

  describe('when the bank refuses the report of what has happened', () => {
    const open = () => world.journal.suspense({ state: 'open' });

    it('the completion of a withdrawal: the notes have left, so the sum stands as a suspense item with the refusal as its evidence', async () => {
      world.arm('refusal', 'cash.withdraw.complete', { refusal: 'RF-15' });
      await world.toWithdrawalConfirm(1_000_000);
      await world.press('next');
      await world.until('take-cash');
      world.hands('dispenser', { do: 'takeNotes' });
      await world.until(RESULTS);
      const { reference } = world.data('result-success');
      await finish();
      expect(open()).toMatchObject([{ reason: 'reportRefused', amountMinor: -1_000_000, reference }]);
      expect(open()[0]!.evidence).toContain('RF-15');
    });

    it.each([[1_000_000, -1_000_000, 1], [0, 0, 0]] as const)('with "not found": of %i tenge out it is a refusal, of none the end', async (outMinor, suspenseMinor, itemCount) => {
      if (outMinor === 0) world.arm('silence', 'cash.withdraw');
      world.arm('notKnown', 'cash.withdraw.complete');
      await world.toWithdrawalConfirm(1_000_000);
      await world.press('next');
      await world.until(['take-cash', 'result-refused']);
      if (outMinor > 0) world.hands('dispenser', { do: 'takeNotes' });
      await world.until(RESULTS);
      await finish();
      expect(open().map((one) => one.amountMinor)).toEqual(itemCount === 0 ? [] : [suspenseMinor]);
      if (itemCount > 0) expect(open()).toMatchObject([{ reason: 'reportRefused', evidence: expect.stringContaining('nothing that the bank knows') as string }]);
    });

    it('the completion of one that gave out more than was authorised: each tenge that left stands in one item', async () => {
      world.fault('dispenser', { fault: 'extraNote', at: 'note', index: 0 });
      world.arm('refusal', 'cash.withdraw.complete', { refusal: 'RF-15' });
      await world.toWithdrawalConfirm(500_000);
      await world.press('next');
      await world.until('take-cash');
      world.hands('dispenser', { do: 'takeNotes' });
      await world.until(RESULTS);
      await finish();
      expect(world.money().outMinor).toBe(1_000_000);
      expect(open().map((one) => [one.reason, one.amountMinor])).toEqual([['overDispensed', -500_000], ['reportRefused', -500_000]]);
    });

    it('a reversal: nothing moved, but the account may be held', async () => {
      world.arm('silence', 'cash.withdraw');
      world.arm('refusal', 'cash.withdraw.complete', { refusal: 'RF-19' });
      await world.toWithdrawalConfirm(1_000_000);
      await world.press('next');
      await world.until('result-refused');
      const { reference } = world.data('result-refused');
      await finish();
      expect(open()).toMatchObject([{ reason: 'reportRefused', amountMinor: 0, reference, evidence: expect.stringContaining('may still be held') }]);
      expect(reference).not.toBeNull();
    });

    it('the claim of a retained sum: its own item stands, the refusal beside it', async () => {
      world.arm('refusal', 'cash.deposit.complete', { refusal: 'RF-15' });
      await keepUncredited(world, 1_000_000);
      await world.until('result-pending');
      await world.press('next');
      await world.until('attract', 300_000);
      await world.settleQueue();
      expect(open().map((item) => [item.reason, item.amountMinor])).toEqual([['retained', 1_000_000], ['reportRefused', 0]]);
    });

    it('the item and the last state of the message are one transaction', async () => {
      world.arm('refusal', 'cash.deposit', { refusal: 'RF-02' });
      let beside: boolean | null = null;
      world.journal.onCommitted((entries, batch) => {
        if ((batch.messageMoves ?? []).some((move) => move.to === 'refused')) beside = entries.some((one) => one.kind === 'suspense.opened');
      });
      await world.toCashIn();
      await world.insertCounted(1_000_000);
      await world.press('next');
      await world.until('result-refused');
      expect(beside).toBe(true);
    });
  });

  describe('before any money', () => {
    it.each([['client.find', 'identify-phone'], ['otp.request', 'result-refused'], ['client.accounts', 'result-refused'], ['fee.quote', 'result-refused']] as const)('%s unanswered ends on %s with a reference where there is a result', async (operation, screen) => {
      world.arm('silence', operation);
      await world.chooseOperation('op-01');
      await world.identify();
      if (operation !== 'client.find' && operation !== 'otp.request') await world.enterCode();
      if (screen === 'identify-phone') {
        await world.when(() => world.model.screen === 'identify-phone' && world.data('identify-phone').problem === 'noHost', 'the loss is said on the page');
        return;
      }
      await world.until('result-refused');
      expect(world.data('result-refused')).toMatchObject({ refusal: 'RF-34', amountMinor: 0 });
      expect(world.data('result-refused').reference).not.toBeNull();
      await finish();
    });

    it('refuses a client whom the bank blocked, and an unknown one on the page', async () => {
      await world.chooseOperation('op-01');
      await world.identify(SAMPLE.strangerPhone);
      await world.when(() => world.model.screen === 'identify-phone' && world.data('identify-phone').problem === 'notFound', 'said on the page');
      await world.press('submitPhone', { phone: SAMPLE.blockedPhone });
      await world.until('result-refused');
      expect(world.data('result-refused').refusal).toBe('RF-20');
    });

    it('greys the menu while there is no link and opens it again by itself (PS-7.4, RF-34)', async () => {
      world.arm('linkDown');
      await world.when(() => world.model.screen === 'attract' && world.data('attract').operations.every((tile) => !tile.available && tile.reason === 'noHost'), 'greyed');
      await world.press('touch');
      expect(world.data('out-of-service')).toMatchObject({ scope: 'partial', reason: 'host' });
      world.arm('linkUp');
      await world.until('attract');
      await world.when(() => world.data('attract').operations.every((tile) => tile.available), 'offered again');
    });
  });
});
