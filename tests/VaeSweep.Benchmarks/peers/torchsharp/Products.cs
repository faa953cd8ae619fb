using static TorchSharp.torch;

/// <summary>The twenty matrix products of the step, as pytorch/step.py has them: forward, weights' gradients, gradients of all
/// inputs but the data.</summary>
internal sealed class Products(int batch)
{
    private static readonly (int Inputs, int Outputs)[] _shapes =
        [(784, 300), (300, 300), (300, 40), (300, 40), (40, 300), (300, 300), (300, 784)];

    private readonly (Tensor A, Tensor B)[] _jobs = [.. _shapes.SelectMany(shape =>
    {
        var (n, m) = shape;
        Tensor x = randn(batch, n), w = randn(n, m), g = randn(batch, m);
        (Tensor, Tensor)[] jobs = [(x, w), (x.t(), g), (g, w.t())];
        return n == 784 ? jobs[..2] : jobs;
    })];

    /// <remarks>TorchSharp has no `out`, so each result is allocated, and freed at once: 20 calls of some 0.2 us.</remarks>
    public void Run(int count)
    {
        for (var i = 0; i < count; i++)
        {
            foreach (var (a, b) in _jobs)
                a.mm(b).Dispose();
        }
    }
}
