namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>What kernels compute, in plain loops of doubles.</summary>
internal static class Plain
{
    public static double Act(Activation activation, double x, double slope) => activation switch
    {
        Activation.Softplus => Softplus(x),
        Activation.Relu => x < 0 ? 0 : x,
        Activation.LeakyRelu => x < 0 ? slope * x : x,
        Activation.Tanh => Math.Tanh(x),
        Activation.Sigmoid => Sigmoid(x),
        _ => x,
    };

    public static double Softplus(double x) => Math.Max(0, x) + Log1p(Math.Exp(-Math.Abs(x)));

    public static double Sigmoid(double x) => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x));

    public static double Log1p(double u) => u < 1e-5 ? u - (u * u / 2) + (u * u * u / 3) : Math.Log(1 + u);

    /// <summary>act'(x).</summary>
    public static double Slope(Activation activation, double x, double slope) => activation switch
    {
        Activation.Softplus => Sigmoid(x),
        Activation.Relu => x > 0 ? 1 : 0,
        Activation.LeakyRelu => x > 0 ? 1 : slope,
        Activation.Tanh => 1 - (Math.Tanh(x) * Math.Tanh(x)),
        Activation.Sigmoid => Sigmoid(x) * (1 - Sigmoid(x)),
        _ => 1,
    };

    /// <summary>a b (+ bias), entries of a and b by functions of row and column.</summary>
    public static double[] Product(int m, int n, int k, Func<int, int, double> a, Func<int, int, double> b, double[]? bias = null)
    {
        var c = new double[m * n];
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
                c[(i * n) + j] = bias?[j] ?? 0;

            for (var q = 0; q < k; q++)
            {
                var factor = a(i, q);
                for (var j = 0; factor != 0 && j < n; j++)
                    c[(i * n) + j] += factor * b(q, j);
            }
        }

        return c;
    }
}
