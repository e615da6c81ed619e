/** What the host asks for: words from here on, the first of them the story's number. */
export const STORY = 0x80800000;
/** How many harts there are. */
export const HARTS = STORY + 4;
/** What else the story wants to know. */
export const DETAILS = STORY + 8;
