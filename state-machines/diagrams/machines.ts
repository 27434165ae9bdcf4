import type { AnyStateMachine } from 'xstate';
import { cashInMachine } from '../cash-in/cash-in.machine.ts';
import { cashOutMachine } from '../cash-out/cash-out.machine.ts';
import { depositMachine } from '../deposit/deposit.machine.ts';
import { identifyMachine } from '../identify/identify.machine.ts';
import { oneTimeCodeMachine } from '../one-time-code/one-time-code.machine.ts';
import { paymentMachine } from '../payment/payment.machine.ts';
import { serviceMachine } from '../service/service.machine.ts';
import { sessionMachine } from '../session/session.machine.ts';
import { terminalMachine } from '../terminal/terminal.machine.ts';
import { withdrawalMachine } from '../withdrawal/withdrawal.machine.ts';

/** Every machine with its folder; a new one is added here and gets its diagram and its shape tests. */
export const MACHINES: readonly { readonly id: string; readonly folder: string; readonly machine: AnyStateMachine }[] = [
  { id: 'terminal', folder: 'terminal', machine: terminalMachine },
  { id: 'session', folder: 'session', machine: sessionMachine },
  { id: 'identify', folder: 'identify', machine: identifyMachine },
  { id: 'oneTimeCode', folder: 'one-time-code', machine: oneTimeCodeMachine },
  { id: 'deposit', folder: 'deposit', machine: depositMachine },
  { id: 'payment', folder: 'payment', machine: paymentMachine },
  { id: 'withdrawal', folder: 'withdrawal', machine: withdrawalMachine },
  { id: 'cashIn', folder: 'cash-in', machine: cashInMachine },
  { id: 'cashOut', folder: 'cash-out', machine: cashOutMachine },
  { id: 'service', folder: 'service', machine: serviceMachine },
];
