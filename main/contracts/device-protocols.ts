/** Names of the protocols that a configuration may choose from, by the part that the device has in the terminal. A test holds them equal to the table of drivers. */
export const DEVICE_PROTOCOLS = {
  cashAcceptor: ['ccnet', 'id003', 'ebds', 'ssp', 'xfs4iot-cash-acceptor'],
  cashDispenser: ['puloon-lcdm', 'puloon-lcdm-4000', 'fujitsu-f53', 'xfs4iot-cash-dispenser'],
  cashRecycler: ['ccnet-bill-to-bill', 'id003-recycler', 'ssp-smart-payout', 'xfs4iot-cash-recycler'],
  coinAcceptor: ['cctalk-coin-acceptor'],
  coinDispenser: ['cctalk-hopper'],
  printer: ['escpos', 'epson-tm', 'custom-vkp80', 'citizen-ppu', 'xfs4iot-printer'],
  cardReader: ['crt-571', 'crt-310', 'magtek-hid', 'pc-sc', 'xfs4iot-card-reader'],
  barcodeReader: ['serial-scanner', 'hid-pos-scanner', 'xfs4iot-barcode-reader'],
  auxiliaries: ['io-board', 'xfs4iot-auxiliaries'],
  lights: ['xfs4iot-lights'],
  watchdog: ['osmp-watchdog'],
  powerSupply: ['nut-ups'],
  pinPad: ['szzt-zt588', 'xfs4iot-pin-pad'],
  biometric: ['capture-service', 'xfs4iot-biometric'],
} as const;
