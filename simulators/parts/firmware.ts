/** Of one thing that the sheets leave open or that firmware does one way or the other: true, this device does the less usual. */
export type FirmwareDiffers = () => boolean;

export const usualFirmware: FirmwareDiffers = () => false;
