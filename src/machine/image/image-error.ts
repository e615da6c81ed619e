/** An image that cannot be loaded. The message is one clear sentence that names the image. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
}
