import type { CashAcceptor } from '../../interfaces/cash-acceptor.ts';
import { XfsAcceptor } from '../../xfs4iot/acceptor.ts';
import type { XfsDeviceOptions } from '../../xfs4iot/xfs-device.ts';

export function createXfsAcceptor(options: XfsDeviceOptions): CashAcceptor {
  return new XfsAcceptor(options, { deviceClass: 'cashAcceptor', protocol: 'xfs4iot-cash-acceptor' });
}
