import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectMoneyHolds } from '../support/money-equation.ts';
import { Transcript } from '../support/transcript.ts';
import { DeskWorld, SAMPLE } from '../support/virtual-desk.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld();
  await world.boot();
});
afterEach(() => world.stop());

const home = async () => {
  await world.press('next');
  await world.until('attract', 300_000);
};

it('a deposit', async () => {
  const transcript = new Transcript(world, 'op-01, two notes onto one’s own account');
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  await world.insertCounted(500_000);
  await world.press('next');
  await world.until('result-success');
  await home();
  transcript.expectAs('deposit.txt');
});

it('a payment of a fixed sum with change', async () => {
  const transcript = new Transcript(world, 'op-05, 3 000 ₸ asked for, 4 000 ₸ inserted');
  await world.toPayment('p-meal', { contract: '123456' });
  await world.insertCounted(200_000);
  await world.insertCounted(200_000);
  await world.press('next');
  await world.until('change-choice');
  await world.press('chooseChange', { target: 'phoneTopUp' });
  await world.until('result-success');
  await home();
  transcript.expectAs('payment-with-change.txt');
});

it('a withdrawal', async () => {
  const transcript = new Transcript(world, 'op-10, 32 000 ₸ from a card account');
  await world.toWithdrawalConfirm(3_200_000);
  await world.press('next');
  await world.until('take-cash');
  transcript.note('the customer takes the notes');
  world.hands('dispenser', { do: 'takeNotes' });
  await world.until('result-success');
  await home();
  transcript.expectAs('withdrawal.txt');
});

it('a withdrawal whose authorisation is never answered', async () => {
  const transcript = new Transcript(world, 'op-10, the bank decides but its answer is lost');
  await world.toWithdrawalConfirm(1_000_000);
  world.arm('silence', 'cash.withdraw');
  await world.press('next');
  await world.until('result-refused');
  await home();
  await world.settleQueue();
  transcript.expectAs('withdrawal-unanswered.txt');
});

it('a power cut of the acceptor behind the gate', async () => {
  const transcript = new Transcript(world, 'op-01, power of the acceptor fails when the second note is behind the gate');
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  world.fault('acceptor', { fault: 'powerCut', at: 'afterGate' });
  world.insert(500_000);
  await world.when(() => world.model.screen === 'cash-in' && world.data('cash-in').noteCount === 2 && world.data('cash-in').canFinish, 'the note is found');
  await world.press('next');
  await world.until('result-success');
  await home();
  await world.settleQueue();
  expectMoneyHolds(world);
  transcript.expectAs('deposit-power-cut.txt');
});

it('a core that dies between order and outcome', async () => {
  const transcript = new Transcript(world, 'op-01, the core is killed while the second note is on its way into the box');
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  world.insert(500_000);
  await world.when(() => world.dataOf('intent.stack').length === 2, 'the note is ordered');
  // The order is on the wire and the note is behind the gate.
  await world.clock.advance(500);
  transcript.note('the core dies; the note goes on into the box');
  world.die();
  await world.clock.advance(2_000);
  world.restart();
  transcript.watch();
  await world.until('attract', 300_000);
  await world.settleQueue();
  expectMoneyHolds(world);
  expect(world.dataOf('deposit.accepted')).toMatchObject([{ insertedMinor: 1_500_000, by: 'recovery' }]);
  transcript.expectAs('deposit-core-killed.txt');
});

it('three wrong codes', async () => {
  const transcript = new Transcript(world, 'op-01, the code is typed wrong three times');
  await world.chooseOperation('op-01');
  await world.identify();
  for (const attempt of [1, 2, 3]) {
    await world.when(() => world.model.screen === 'otp' && world.data('otp').state === 'awaitingEntry', `entry ${attempt}`);
    await world.press('submitCode', { code: world.code(SAMPLE.onePhone) === '111111' ? '222222' : '111111' });
  }
  await world.until('result-refused');
  await home();
  transcript.expectAs('three-wrong-codes.txt');
});

it('a jam in the dispenser after some notes', async () => {
  const transcript = new Transcript(world, 'op-10, a note jams on its way out');
  await world.toWithdrawalConfirm(3_200_000);
  world.fault('dispenser', { fault: 'jam', at: 'ejt', opcode: 0x55 });
  await world.press('next');
  await world.until('take-cash');
  transcript.note('the customer takes what came');
  world.hands('dispenser', { do: 'takeNotes' });
  await world.until('result-partial');
  await home();
  await world.settleQueue();
  expectMoneyHolds(world);
  transcript.expectAs('withdrawal-jam.txt');
});
