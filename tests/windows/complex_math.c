/* What Wine 8's C library lacks of mathematics with complex numbers, and numpy asks for.

   Microsoft passes complex numbers as structures, so each function is wrapped. */
#include <complex.h>

typedef struct { double re, im; } two;
typedef struct { float re, im; } twof;

static double complex in(two z) { double complex w; __real__ w = z.re; __imag__ w = z.im; return w; }
static float complex inf_(twof z) { float complex w; __real__ w = z.re; __imag__ w = z.im; return w; }
static two out(double complex w) { two z = { __real__ w, __imag__ w }; return z; }
static twof outf(float complex w) { twof z = { __real__ w, __imag__ w }; return z; }

#define COMPLEX(name) \
    two our_##name(two z) { return out(name(in(z))); } \
    twof our_##name##f(twof z) { return outf(name##f(inf_(z))); }
#define REAL(name) \
    double our_##name(two z) { return name(in(z)); } \
    double our_##name##l(two z) { return name(in(z)); } \
    float our_##name##f(twof z) { return name##f(inf_(z)); }

REAL(cabs) REAL(carg) REAL(creal) REAL(cimag)
COMPLEX(cacos) COMPLEX(cacosh) COMPLEX(casin) COMPLEX(casinh) COMPLEX(catan) COMPLEX(catanh)
COMPLEX(ccos) COMPLEX(ccosh) COMPLEX(cexp) COMPLEX(clog) COMPLEX(csin) COMPLEX(csinh)
COMPLEX(csqrt) COMPLEX(ctan) COMPLEX(ctanh)
two our_cpow(two a, two b) { return out(cpow(in(a), in(b))); }
twof our_cpowf(twof a, twof b) { return outf(cpowf(inf_(a), inf_(b))); }
