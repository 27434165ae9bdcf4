import type { Log } from '../../main/foundation/log.ts';
import type { AcceptanceMask } from './acceptance-mask.ts';
import type { PollState } from './codec.ts';
import type { DeviceLife } from './life.ts';
import type { NoteOrders } from './note-orders.ts';
import { faultOf, isAtRest, isPoweredUp } from './poll-states.ts';

/** What a state of POLL means for the life of the device: faults, a lost mask, a note under way. Notes themselves are `EscrowCycle`'s. [ccnet §7, §10] */
export function judgeState(state: PollState, parts: { readonly deviceId: string; readonly log: Log; readonly life: DeviceLife; readonly mask: AcceptanceMask; readonly orders: NoteOrders; /** Something besides a note on its way in. */ readonly isOtherwiseEngaged: boolean }): void {
  const { life, mask, orders } = parts;
  // A state that the sheet does not list passes, or is a failure that the device's revision added. [ccnet §8]
  const hasBeenMute = life.hasBeenMute(state.state === 'unknown');
  const fault = faultOf(state);
  if (fault !== null) {
    if (fault.code !== life.deviceFault) life.fail(fault.code, fault.detail);
    else if (!life.isIn('faulty')) life.send('device.faulted'); // still there after a RESET
    // Nobody can say where the note stopped. [failures §1.2]
    if (fault.code === 'CIM_JAMMED' || fault.code === 'CIM_FAILURE') orders.desk.settleUnknown('hardwareError', fault.detail);
    mask.fail(fault.code);
    return;
  }
  life.noteCheated(state.state === 'cheated');
  if (state.state === 'unknown') {
    parts.log.warn('cim.state.unknown', { deviceId: parts.deviceId, code: state.code, rawHex: state.rawHex });
    if (hasBeenMute && life.deviceFault === null) life.fail('CIM_FAILURE', `state ${state.rawHex} is not known`);
    return;
  }
  if (state.state === 'deviceBusy' || state.state === 'pause' || state.state === 'cheated') return;
  if (isPoweredUp(state) || state.state === 'initialize') {
    mask.noteCleared();
    life.forgetFault();
    return life.send('device.maskLost');
  }
  if (!isAtRest(state)) {
    if (life.isIn('ready')) life.send('device.noteUnderWay');
    return;
  }
  mask.compareAtRest(state);
  if (life.deviceFault !== null) {
    life.forgetFault();
    mask.noteUnknown(); // a cassette put back may have cleared it [ccnet §14]
    life.send('device.faultCleared');
  }
  if (life.isIn('busy') && !parts.isOtherwiseEngaged) life.send('device.atRest');
}
