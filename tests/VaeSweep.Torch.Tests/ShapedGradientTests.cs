using System.Text.Json;

namespace VaeSweep.Torch.Tests;

/// <summary>What published optimisers do to gradients before Adam sees them, step by step as shaped.py computes it in
/// PyTorch.</summary>
public sealed class ShapedGradientTests : TorchTest
{
    public static TheoryData<string, bool> Cases => new()
    {
        { "norm_grad", true }, { "norm_grad", false }, { "norm_grad_torch", true }, { "ladder_clip", true },
        { "ladder_clip", false }, { "ones", true }, { "ones", false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_step_ends_where_the_published_code_s_does(string name, bool ownKernels)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "shaped.json")));
        var expected = golden.RootElement.GetProperty(name);
        var before = TorchRuntime.OwnKernels;
        TorchRuntime.OwnKernels = ownKernels;
        try
        {
            using var scope = torch.NewDisposeScope();
            var (p, q) = (Draw([1, 3, 4], 20).requires_grad_(true), Draw([1, 2, 5], 21).requires_grad_(true));
            using var adam = new Adam([p, q], [Settings(name)]);
            for (var t = 1; t <= 12; t++)
            {
                Loss(p, q, t).backward();
                var norm = adam.step().item<double>();

                Close([.. expected.GetProperty("steps")[t - 1].EnumerateArray().Select(n => n.GetDouble())],
                    [.. Doubles(p), .. Doubles(q)], 1e-12);
                Close([expected.GetProperty("norms")[t - 1].GetDouble()], [norm], 1e-12);
            }
        }
        finally
        {
            TorchRuntime.OwnKernels = before;
        }
    }

    [Fact]
    public void Trials_of_a_pack_shape_their_gradients_as_they_do_alone()
    {
        AdamOptions[] settings = [Settings("norm_grad"), Settings("ladder_clip"), new(Lr: 0.05, Clip: 0.5), Settings("ones")];
        var start = torch.cat([Draw([1, 90, 51], 1), Draw([1, 90, 51], 2), Draw([1, 90, 51], 3), Draw([1, 90, 51], 4)])
            .to(ScalarType.Float32);

        var pack = Train(start.clone(), settings);
        var alone = settings.Select((s, i) => Train(start.narrow(0, i, 1).clone(), [s])).ToArray();

        Close(Doubles(torch.cat(alone)), Doubles(pack), 1e-6);
        Assert.Equal(torch.cat(alone[..2]).data<float>().ToArray(), pack.narrow(0, 0, 2).data<float>().ToArray());
    }

    [Fact]
    public void A_gradient_that_is_no_number_stays_visible()
    {
        var p = torch.ones([1, 3]).requires_grad_(true);
        using var adam = new Adam([p], [new AdamOptions(ClipEntries: 0.9)]);
        (p * torch.tensor(new[] { double.NaN, 100, 1 }, [1, 3]).to(ScalarType.Float32)).sum().backward();

        var norm = adam.step().item<double>();

        Assert.True(double.IsNaN(norm));
        Assert.True(float.IsNaN(p.data<float>().ToArray()[0]));
        Assert.True(float.IsFinite(p.data<float>().ToArray()[1]));
    }

    [Fact]
    public void A_gradient_of_nothing_is_normalised_to_nothing()
    {
        var p = torch.ones([1, 3]).requires_grad_(true);
        using var adam = new Adam([p], [Settings("norm_grad")]);
        (p * 0).sum().backward();

        adam.step();

        Assert.Equal([1f, 1, 1], p.data<float>().ToArray());
    }

    private static AdamOptions Settings(string name) => name switch
    {
        "norm_grad" => new(Lr: 0.02, Form: EpsilonForm.Hat, Normalise: 1e-7),
        "norm_grad_torch" => new(Lr: 0.02, Normalise: 1e-7),
        "ladder_clip" => new(Lr: 0.02, Eps: 1e-4, Form: EpsilonForm.Hat, Clip: 4, ClipEntries: 0.9),
        _ => new(Lr: 0.02, Beta1: 0.99, Eps: 1e-4, Form: EpsilonForm.Hat, SecondMomentStart: 1),
    };

    private static Tensor Train(Tensor p, AdamOptions[] settings)
    {
        p.requires_grad_(true);
        using var adam = new Adam([p], settings);
        for (var t = 1; t <= 5; t++)
        {
            (p * p * (p + t)).sum().backward();
            adam.step();
        }

        return p;
    }

    private static Tensor Loss(Tensor p, Tensor q, int t) =>
        ((p - Draw([1, 3, 4], 100 + t)).square().sum() + (q * q * Draw([1, 2, 5], 200 + t).abs()).sum()) * (t * t / 20.0);

    private static Tensor Draw(long[] shape, int seed)
    {
        using var g = new torch.Generator((ulong)seed);
        return torch.randn(shape, dtype: ScalarType.Float64, generator: g);
    }
}
