import { IO_BOARD } from './auxiliaries/io-board/protocol.ts';
import { NUT_UPS } from './auxiliaries/nut-ups/protocol.ts';
import { OSMP_WATCHDOG } from './auxiliaries/osmp-watchdog/protocol.ts';
import { HID_POS_SCANNER } from './barcode-reader/hid-pos-scanner/protocol.ts';
import { SERIAL_SCANNER } from './barcode-reader/serial-scanner/protocol.ts';
import { CAPTURE_SERVICE } from './biometric/capture-service/protocol.ts';
import { CRT_310 } from './card-reader/crt-310/protocol.ts';
import { CRT_571 } from './card-reader/crt-571/protocol.ts';
import { MAGTEK_HID } from './card-reader/magtek-hid/protocol.ts';
import { PC_SC } from './card-reader/pc-sc/protocol.ts';
import { CCNET } from './cash-acceptor/ccnet/protocol.ts';
import { EBDS } from './cash-acceptor/ebds/protocol.ts';
import { ID003 } from './cash-acceptor/id003/protocol.ts';
import { CCTALK_COIN_ACCEPTOR } from './coin-acceptor/cctalk-coin-acceptor/protocol.ts';
import { CCTALK_HOPPER } from './coin-dispenser/cctalk-hopper/protocol.ts';
import { FUJITSU_F53 } from './cash-dispenser/fujitsu-f53/protocol.ts';
import { PULOON_LCDM_4000 } from './cash-dispenser/puloon-lcdm-4000/protocol.ts';
import { SSP } from './cash-acceptor/ssp/protocol.ts';
import { CCNET_BILL_TO_BILL } from './cash-recycler/ccnet-bill-to-bill/protocol.ts';
import { ID003_RECYCLER } from './cash-recycler/id003-recycler/protocol.ts';
import { SSP_SMART_PAYOUT } from './cash-recycler/ssp-smart-payout/protocol.ts';
import { PULOON_LCDM } from './cash-dispenser/puloon-lcdm/protocol.ts';
import { CITIZEN_PPU } from './printer/citizen-ppu/protocol.ts';
import { CUSTOM_VKP80 } from './printer/custom-vkp80/protocol.ts';
import { EPSON_TM } from './printer/epson-tm/protocol.ts';
import { ESCPOS } from './printer/escpos/protocol.ts';
import { SZZT_ZT588 } from './pin-pad/szzt-zt588/protocol.ts';
import { XFS4IOT_AUXILIARIES } from './auxiliaries/xfs4iot-auxiliaries/protocol.ts';
import { XFS4IOT_BARCODE_READER } from './barcode-reader/xfs4iot-barcode-reader/protocol.ts';
import { XFS4IOT_BIOMETRIC } from './biometric/xfs4iot-biometric/protocol.ts';
import { XFS4IOT_CARD_READER } from './card-reader/xfs4iot-card-reader/protocol.ts';
import { XFS4IOT_CASH_ACCEPTOR } from './cash-acceptor/xfs4iot-cash-acceptor/protocol.ts';
import { XFS4IOT_CASH_DISPENSER } from './cash-dispenser/xfs4iot-cash-dispenser/protocol.ts';
import { XFS4IOT_CASH_RECYCLER } from './cash-recycler/xfs4iot-cash-recycler/protocol.ts';
import { XFS4IOT_LIGHTS } from './lights/xfs4iot-lights/protocol.ts';
import { XFS4IOT_PIN_PAD } from './pin-pad/xfs4iot-pin-pad/protocol.ts';
import { XFS4IOT_PRINTER } from './printer/xfs4iot-printer/protocol.ts';
import type { ProtocolRow } from './interfaces/protocol-row.ts';

/** Every protocol that a driver exists for, one line each; the names stand in `main/contracts/device-protocols.ts` too. */
export const PROTOCOLS: readonly ProtocolRow[] = [
  CCNET,
  ID003,
  EBDS,
  SSP,
  CCNET_BILL_TO_BILL,
  ID003_RECYCLER,
  SSP_SMART_PAYOUT,
  PULOON_LCDM,
  PULOON_LCDM_4000,
  FUJITSU_F53,
  CCTALK_COIN_ACCEPTOR,
  CCTALK_HOPPER,
  ESCPOS,
  EPSON_TM,
  CUSTOM_VKP80,
  CITIZEN_PPU,
  CRT_571,
  CRT_310,
  MAGTEK_HID,
  PC_SC,
  SERIAL_SCANNER,
  HID_POS_SCANNER,
  CAPTURE_SERVICE,
  IO_BOARD,
  OSMP_WATCHDOG,
  NUT_UPS,
  SZZT_ZT588,
  XFS4IOT_CASH_ACCEPTOR,
  XFS4IOT_CASH_DISPENSER,
  XFS4IOT_CASH_RECYCLER,
  XFS4IOT_CARD_READER,
  XFS4IOT_BARCODE_READER,
  XFS4IOT_AUXILIARIES,
  XFS4IOT_PRINTER,
  XFS4IOT_PIN_PAD,
  XFS4IOT_BIOMETRIC,
  XFS4IOT_LIGHTS,
];

/** @returns the row, or undefined for a name that no driver has */
export function protocolRow(protocol: string): ProtocolRow | undefined {
  return PROTOCOLS.find((row) => row.protocol === protocol);
}
