using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

public sealed partial class Tensor
{
    public static Tensor operator +(Tensor a, Tensor b) => a.add(b);
    public static Tensor operator +(Tensor a, double b) => a.add(b);
    public static Tensor operator +(double a, Tensor b) => b.add(a);
    public static Tensor operator -(Tensor a, Tensor b) => a.sub(b);
    public static Tensor operator -(Tensor a, double b) => a.sub(b);
    public static Tensor operator -(double a, Tensor b) => b.rsub(a);
    public static Tensor operator -(Tensor a) => a.neg();
    public static Tensor operator *(Tensor a, Tensor b) => a.mul(b);
    public static Tensor operator *(Tensor a, double b) => a.mul(b);
    public static Tensor operator *(double a, Tensor b) => b.mul(a);
    public static Tensor operator /(Tensor a, Tensor b) => a.div(b);
    public static Tensor operator /(Tensor a, double b) => a.div(b);
    public static Tensor operator /(double a, Tensor b) => b.reciprocal() * a;

    /// <summary>this + alpha * other, broadcasting.</summary>
    public Tensor add(Tensor other, double alpha = 1) => Result(Native.vs_add(Handle, other.Handle, alpha, out var r), r, other);
    public Tensor add(double other) => Result(Native.vs_add_scalar(Handle, other, out var r), r);
    public Tensor sub(Tensor other) => Result(Native.vs_sub(Handle, other.Handle, out var r), r, other);
    public Tensor sub(double other) => Result(Native.vs_add_scalar(Handle, -other, out var r), r);

    /// <summary>other - this.</summary>
    public Tensor rsub(double other) => Result(Native.vs_rsub_scalar(Handle, other, out var r), r);
    public Tensor mul(Tensor other) => Result(Native.vs_mul(Handle, other.Handle, out var r), r, other);
    public Tensor mul(double other) => Result(Native.vs_mul_scalar(Handle, other, out var r), r);
    public Tensor div(Tensor other) => Result(Native.vs_div(Handle, other.Handle, out var r), r, other);
    public Tensor div(double other) => Result(Native.vs_div_scalar(Handle, other, out var r), r);
    public Tensor pow(Tensor exponent) => Result(Native.vs_pow(Handle, exponent.Handle, out var r), r, exponent);
    public Tensor pow(double exponent) => Result(Native.vs_pow_scalar(Handle, exponent, out var r), r);
    public Tensor maximum(Tensor other) => Result(Native.vs_maximum(Handle, other.Handle, out var r), r, other);
    public Tensor minimum(Tensor other) => Result(Native.vs_minimum(Handle, other.Handle, out var r), r, other);

    /// <summary>log(exp(this) + exp(other)), without overflow.</summary>
    public Tensor logaddexp(Tensor other) => Result(Native.vs_logaddexp(Handle, other.Handle, out var r), r, other);

    public Tensor eq(Tensor other) => Result(Native.vs_compare(Handle, other.Handle, 0, out var r), r, other);
    public Tensor ne(Tensor other) => Result(Native.vs_compare(Handle, other.Handle, 1, out var r), r, other);
    public Tensor lt(Tensor other) => Result(Native.vs_compare(Handle, other.Handle, 2, out var r), r, other);
    public Tensor le(Tensor other) => Result(Native.vs_compare(Handle, other.Handle, 3, out var r), r, other);
    public Tensor gt(Tensor other) => Result(Native.vs_compare(Handle, other.Handle, 4, out var r), r, other);
    public Tensor ge(Tensor other) => Result(Native.vs_compare(Handle, other.Handle, 5, out var r), r, other);
    public Tensor eq(double other) => Result(Native.vs_compare_scalar(Handle, other, 0, out var r), r);
    public Tensor ne(double other) => Result(Native.vs_compare_scalar(Handle, other, 1, out var r), r);
    public Tensor lt(double other) => Result(Native.vs_compare_scalar(Handle, other, 2, out var r), r);
    public Tensor le(double other) => Result(Native.vs_compare_scalar(Handle, other, 3, out var r), r);
    public Tensor gt(double other) => Result(Native.vs_compare_scalar(Handle, other, 4, out var r), r);
    public Tensor ge(double other) => Result(Native.vs_compare_scalar(Handle, other, 5, out var r), r);
    public Tensor logical_and(Tensor other) => Result(Native.vs_logical_and(Handle, other.Handle, out var r), r, other);
    public Tensor logical_not() => Result(Native.vs_logical_not(Handle, out var r), r);

    /// <summary>this where the condition holds, else other.</summary>
    public Tensor where(Tensor condition, Tensor other) => Result(Native.vs_where(condition.Handle, Handle, other.Handle, out var r), r, condition, other);

    public Tensor clamp(double? min = null, double? max = null) =>
        Result(Native.vs_clamp(Handle, min ?? 0, min is null ? 0 : 1, max ?? 0, max is null ? 0 : 1, out var r), r);

    public Tensor exp() => Result(Native.vs_exp(Handle, out var r), r);
    public Tensor expm1() => Result(Native.vs_expm1(Handle, out var r), r);
    public Tensor log() => Result(Native.vs_log(Handle, out var r), r);
    public Tensor log1p() => Result(Native.vs_log1p(Handle, out var r), r);
    public Tensor sqrt() => Result(Native.vs_sqrt(Handle, out var r), r);
    public Tensor rsqrt() => Result(Native.vs_rsqrt(Handle, out var r), r);
    public Tensor square() => Result(Native.vs_square(Handle, out var r), r);
    public Tensor reciprocal() => Result(Native.vs_reciprocal(Handle, out var r), r);
    public Tensor abs() => Result(Native.vs_abs(Handle, out var r), r);
    public Tensor neg() => Result(Native.vs_neg(Handle, out var r), r);
    public Tensor sign() => Result(Native.vs_sign(Handle, out var r), r);
    public Tensor floor() => Result(Native.vs_floor(Handle, out var r), r);
    public Tensor round() => Result(Native.vs_round(Handle, out var r), r);
    public Tensor sin() => Result(Native.vs_sin(Handle, out var r), r);
    public Tensor cos() => Result(Native.vs_cos(Handle, out var r), r);
    public Tensor sigmoid() => Result(Native.vs_sigmoid(Handle, out var r), r);
    public Tensor log_sigmoid() => Result(Native.vs_log_sigmoid(Handle, out var r), r);
    public Tensor tanh() => Result(Native.vs_tanh(Handle, out var r), r);
    public Tensor relu() => Result(Native.vs_relu(Handle, out var r), r);

    /// <summary>log(1 + exp(beta x)) / beta; x itself where beta x is above the threshold.</summary>
    public Tensor softplus(double beta = 1, double threshold = 20) => Result(Native.vs_softplus(Handle, beta, threshold, out var r), r);
    public Tensor leaky_relu(double negative_slope = 0.01) => Result(Native.vs_leaky_relu(Handle, negative_slope, out var r), r);

    /// <summary>True where neither infinite nor NaN.</summary>
    public Tensor isfinite() => Result(Native.vs_isfinite(Handle, out var r), r);

    /// <summary>Product of matrices; leading dimensions broadcast.</summary>
    public Tensor matmul(Tensor other) => Result(Native.vs_matmul(Handle, other.Handle, out var r), r, other);

    /// <summary>[n, k] times [k, m].</summary>
    public Tensor mm(Tensor other) => Result(Native.vs_mm(Handle, other.Handle, out var r), r, other);

    /// <summary>[b, n, k] times [b, k, m].</summary>
    public Tensor bmm(Tensor other) => Result(Native.vs_bmm(Handle, other.Handle, out var r), r, other);

    /// <summary>this + a b, for matrices.</summary>
    public Tensor addmm(Tensor a, Tensor b) => Result(Native.vs_addmm(Handle, a.Handle, b.Handle, out var r), r, a, b);

    /// <summary>this + a b, for batches of matrices.</summary>
    public Tensor baddbmm(Tensor a, Tensor b) => Result(Native.vs_baddbmm(Handle, a.Handle, b.Handle, out var r), r, a, b);
}
