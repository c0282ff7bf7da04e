// What browsers and Plotly bring beyond TypeScript's own lists.

interface Window {
  Plotly?: any;
}

interface Navigator {
  connection?: { saveData?: boolean };
}
