/** badptr: see below. */
export function main(): i32 {
  return 0;
}
