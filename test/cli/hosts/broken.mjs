import 'no-such-package-as-this';
