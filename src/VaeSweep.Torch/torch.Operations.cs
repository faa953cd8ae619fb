namespace VaeSweep.Torch;

/// <summary>Methods of <see cref="Tensor"/> that read better as functions.</summary>
public static partial class torch
{
    public static Tensor matmul(Tensor a, Tensor b) => a.matmul(b);
    public static Tensor mm(Tensor a, Tensor b) => a.mm(b);
    public static Tensor bmm(Tensor a, Tensor b) => a.bmm(b);
    public static Tensor addmm(Tensor bias, Tensor a, Tensor b) => bias.addmm(a, b);
    public static Tensor baddbmm(Tensor bias, Tensor a, Tensor b) => bias.baddbmm(a, b);
    public static Tensor where(Tensor condition, Tensor a, Tensor b) => a.where(condition, b);
    public static Tensor maximum(Tensor a, Tensor b) => a.maximum(b);
    public static Tensor minimum(Tensor a, Tensor b) => a.minimum(b);
    public static Tensor logaddexp(Tensor a, Tensor b) => a.logaddexp(b);
    public static Tensor exp(Tensor a) => a.exp();
    public static Tensor log(Tensor a) => a.log();
    public static Tensor log1p(Tensor a) => a.log1p();
    public static Tensor sqrt(Tensor a) => a.sqrt();
    public static Tensor square(Tensor a) => a.square();
    public static Tensor abs(Tensor a) => a.abs();
    public static Tensor tanh(Tensor a) => a.tanh();
    public static Tensor sigmoid(Tensor a) => a.sigmoid();
    public static Tensor clamp(Tensor a, double? min = null, double? max = null) => a.clamp(min, max);
    public static Tensor logsumexp(Tensor a, long dim, bool keepdim = false) => a.logsumexp(dim, keepdim);
    public static Tensor softmax(Tensor a, long dim) => a.softmax(dim);
    public static Tensor isfinite(Tensor a) => a.isfinite();
    public static Tensor bernoulli(Tensor p, Generator generator) => p.bernoulli(generator);
}
