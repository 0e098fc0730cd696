// Reads codes in pictures: with the browser's own reader where it has one, else with the one that we ship.
const FORMATS = ["qr_code", "code_128", "ean_13", "ean_8", "upc_a"];
const SIZES = [1000, 1600, 600];

let reader;

const native = async () => {
  const known = "BarcodeDetector" in window ? await window.BarcodeDetector.getSupportedFormats() : [];
  const formats = FORMATS.filter((format) => known.includes(format));
  if (formats.length < FORMATS.length) {
    return undefined;
  }
  const detector = new window.BarcodeDetector({ formats });
  return async (canvas) => (await detector.detect(canvas))[0]?.rawValue;
};

const loaded = (address) =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });

const brightness = ({ data }) => {
  const values = new Uint8ClampedArray(data.length / 4);
  for (let at = 0; at < values.length; at += 1) {
    values[at] = (data[4 * at] * 306 + data[4 * at + 1] * 601 + data[4 * at + 2] * 117) >> 10;
  }
  return values;
};

const shipped = async (address) => {
  await loaded(address);
  const { BarcodeFormat, BinaryBitmap, DecodeHintType, HybridBinarizer, MultiFormatReader, RGBLuminanceSource } = window.ZXing;
  const formats = [BarcodeFormat.QR_CODE, BarcodeFormat.CODE_128, BarcodeFormat.EAN_13, BarcodeFormat.EAN_8, BarcodeFormat.UPC_A];
  const decoder = new MultiFormatReader();
  decoder.setHints(new Map([[DecodeHintType.POSSIBLE_FORMATS, formats], [DecodeHintType.TRY_HARDER, true]]));
  return (canvas) => {
    const picture = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const source = new RGBLuminanceSource(brightness(picture), canvas.width, canvas.height);
    try {
      return decoder.decodeWithState(new BinaryBitmap(new HybridBinarizer(source))).getText();
    } catch {
      return undefined;
    }
  };
};

// Loaded when the first picture is read.
export const ready = async (address) => {
  reader ??= native().then((own) => own ?? shipped(address));
  try {
    return await reader;
  } catch (error) {
    reader = undefined;
    throw error;
  }
};

export const draw = (canvas, source, width, height, longest) => {
  const scale = Math.min(1, longest / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(source, 0, 0, canvas.width, canvas.height);
};

export const readFile = async (file, address) => {
  const decode = await ready(address);
  const picture = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  for (const size of SIZES) {
    draw(canvas, picture, picture.width, picture.height, size);
    const text = await decode(canvas);
    if (text) {
      return text;
    }
  }
  return undefined;
};
