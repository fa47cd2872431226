// The worker that reads PDF files for the viewer of the evaluation.
// Invariant: this module and pdf.js are of one version: `evaluation/pdf.js` names the other half.

import '../vendor/pdfjs-worker-6.5.438.js';
