// How many image inputs the open workflow has, for what offers to send it one.

export const inputs = { count: () => 0 };
