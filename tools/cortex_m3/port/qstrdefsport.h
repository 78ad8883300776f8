// Strings of this port.
// *FORMAT-OFF*
Q(/lib)
