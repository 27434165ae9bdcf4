import type { ActorRefFrom, AnyActorRef, SnapshotFrom } from 'xstate';
import type { cashInMachine } from '../../../state-machines/cash-in/cash-in.machine.ts';
import type { cashOutMachine } from '../../../state-machines/cash-out/cash-out.machine.ts';
import type { depositMachine } from '../../../state-machines/deposit/deposit.machine.ts';
import type { identifyMachine } from '../../../state-machines/identify/identify.machine.ts';
import type { oneTimeCodeMachine } from '../../../state-machines/one-time-code/one-time-code.machine.ts';
import type { paymentMachine } from '../../../state-machines/payment/payment.machine.ts';
import type { serviceMachine } from '../../../state-machines/service/service.machine.ts';
import type { sessionMachine } from '../../../state-machines/session/session.machine.ts';
import type { terminalMachine } from '../../../state-machines/terminal/terminal.machine.ts';
import type { withdrawalMachine } from '../../../state-machines/withdrawal/withdrawal.machine.ts';

export type TerminalSnapshot = SnapshotFrom<typeof terminalMachine>;
export type SessionSnapshot = SnapshotFrom<typeof sessionMachine>;
export type ServiceSnapshot = SnapshotFrom<typeof serviceMachine>;
export type IdentifySnapshot = SnapshotFrom<typeof identifyMachine>;
export type OneTimeCodeSnapshot = SnapshotFrom<typeof oneTimeCodeMachine>;
export type DepositSnapshot = SnapshotFrom<typeof depositMachine>;
export type PaymentSnapshot = SnapshotFrom<typeof paymentMachine>;
export type WithdrawalSnapshot = SnapshotFrom<typeof withdrawalMachine>;
export type CashInSnapshot = SnapshotFrom<typeof cashInMachine>;
export type CashOutSnapshot = SnapshotFrom<typeof cashOutMachine>;

/** The machines in front of the customer, outermost first: what each is doing now. */
export interface SnapshotChain {
  readonly terminal: TerminalSnapshot;
  readonly session: SessionSnapshot | null;
  readonly service: ServiceSnapshot | null;
  readonly identify: IdentifySnapshot | null;
  readonly oneTimeCode: OneTimeCodeSnapshot | null;
  readonly deposit: DepositSnapshot | null;
  readonly payment: PaymentSnapshot | null;
  readonly withdrawal: WithdrawalSnapshot | null;
  readonly cashIn: CashInSnapshot | null;
  readonly cashOut: CashOutSnapshot | null;
}

type Children = Readonly<Record<string, AnyActorRef | undefined>>;

function childOf(snapshot: { readonly children: unknown } | null, id: string): AnyActorRef | null {
  const child = (snapshot?.children as Children | undefined)?.[id];
  return child !== undefined && child.getSnapshot().status === 'active' ? child : null;
}

export interface ActiveActors {
  readonly session: ActorRefFrom<typeof sessionMachine> | null;
  /** The machine in front of the customer: intents go to it. */
  readonly deepest: AnyActorRef;
}

/** Walks down from the terminal; a child that is done does not count. */
export function chainOf(terminal: ActorRefFrom<typeof terminalMachine>): { readonly chain: SnapshotChain; readonly actors: ActiveActors } {
  const snapshot = terminal.getSnapshot();
  const session = childOf(snapshot, 'session') as ActorRefFrom<typeof sessionMachine> | null;
  const service = childOf(snapshot, 'service');
  const sessionSnapshot = session?.getSnapshot() ?? null;
  const identify = childOf(sessionSnapshot, 'identify');
  const oneTimeCode = childOf(sessionSnapshot, 'oneTimeCode');
  const operation = childOf(sessionSnapshot, 'operation');
  const operationSnapshot = operation?.getSnapshot() ?? null;
  const cashIn = childOf(operationSnapshot, 'cashIn');
  const cashOut = childOf(operationSnapshot, 'cashOut');
  const code = sessionSnapshot?.context.operation;
  return {
    chain: {
      terminal: snapshot,
      session: sessionSnapshot,
      service: (service?.getSnapshot() ?? null) as ServiceSnapshot | null,
      identify: (identify?.getSnapshot() ?? null) as IdentifySnapshot | null,
      oneTimeCode: (oneTimeCode?.getSnapshot() ?? null) as OneTimeCodeSnapshot | null,
      deposit: (code === 'op-01' ? operationSnapshot : null) as DepositSnapshot | null,
      payment: (code === 'op-05' ? operationSnapshot : null) as PaymentSnapshot | null,
      withdrawal: (code === 'op-10' ? operationSnapshot : null) as WithdrawalSnapshot | null,
      cashIn: (cashIn?.getSnapshot() ?? null) as CashInSnapshot | null,
      cashOut: (cashOut?.getSnapshot() ?? null) as CashOutSnapshot | null,
    },
    actors: { session, deepest: cashIn ?? cashOut ?? operation ?? identify ?? oneTimeCode ?? session ?? service ?? terminal },
  };
}
