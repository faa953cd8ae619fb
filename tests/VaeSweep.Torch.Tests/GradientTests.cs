namespace VaeSweep.Torch.Tests;

/// <summary>Every differentiable operation that models may use, against finite differences in float64.</summary>
public sealed class GradientTests : TorchTest
{
    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> Operations = new(StringComparer.Ordinal)
    {
        ["add"] = (a, b) => a + b,
        ["add alpha"] = (a, b) => a.add(b, 0.3),
        ["sub"] = (a, b) => a - b,
        ["mul broadcast"] = (a, b) => a * b.narrow(1, 0, 1),
        ["div"] = (a, b) => a / (b.square() + 1),
        ["scalars"] = (a, _) => 2 - (a * 3 + 1) / 4 - -a,
        ["reciprocal"] = (a, _) => 1.5 / (a.square() + 1),
        ["pow"] = (a, b) => (a.abs() + 1).pow(b) + a.pow(3),
        ["maximum, minimum"] = (a, b) => torch.maximum(a, b) + torch.minimum(a * 2, b),
        ["logaddexp"] = torch.logaddexp,
        ["where"] = (a, b) => torch.where(a.gt(b), a * b, a + b),
        ["clamp"] = (a, _) => a.clamp(-0.5, 0.5) * a,
        ["exp, log"] = (a, b) => a.exp() + (b.exp() + 1).log() + b.exp().log1p() + a.expm1(),
        ["roots"] = (a, b) => (a.square() + 1).sqrt() + (b.square() + 1).rsqrt(),
        ["square, abs, neg"] = (a, b) => a.square() + b.abs() + a.neg(),
        ["sin, cos"] = (a, b) => a.sin() + b.cos(),
        ["sigmoid, tanh"] = (a, b) => a.sigmoid() + b.tanh() + a.log_sigmoid(),
        ["relu, leaky_relu, softplus"] = (a, b) => a.relu() + b.leaky_relu(0.1) + a.softplus(),
        ["sum, mean"] = (a, b) => a.sum(1, keepdim: true) * b + a.mean([0], keepdim: true),
        ["var"] = (a, b) => a.var([1], unbiased: false, keepdim: true) * b + a.var(0, keepdim: true),
        ["amax, amin"] = (a, b) => a.amax(1, keepdim: true) * b + a.amin(0, keepdim: true),
        ["logsumexp"] = (a, b) => a.logsumexp(1, keepdim: true) * b,
        ["softmax"] = (a, b) => a.softmax(1) * b + b.log_softmax(0) * a,
        ["norm"] = (a, b) => a.norm() * b + b.norm([1], keepdim: true),
        ["cumsum"] = (a, b) => a.cumsum(1) * b,
        ["matmul"] = (a, b) => a.matmul(b.transpose(0, 1)),
        ["mm, addmm"] = (a, b) => a.narrow(1, 0, 3).addmm(a, b.transpose(0, 1)) + a.mm(b.transpose(0, 1)),
        ["bmm, baddbmm"] = (a, b) => a.unsqueeze(0).bmm(b.unsqueeze(0).transpose(1, 2)).baddbmm(a.unsqueeze(0), b.unsqueeze(0).transpose(1, 2)),
        ["shapes"] = (a, b) => a.view(-1).reshape(4, 3).transpose(0, 1).contiguous() * b + a.permute(1, 0).flatten().view(3, 4),
        ["expand, repeat"] = (a, b) => a.narrow(0, 0, 1).expand(3, -1) * b + a.narrow(0, 1, 1).repeat(3, 1),
        ["slices"] = (a, b) => a.select(0, 1).unsqueeze(0) * b + a.narrow(1, 1, 2).repeat_interleave(2, 1) + a.flip(1),
        ["squeeze"] = (a, b) => a.narrow(0, 0, 1).squeeze(0) * b,
        ["index_select, gather"] = (a, b) => a.index_select(0, torch.tensor([2L, 0, 2])) * b + a.gather(1, torch.tensor(new[,] { { 3L, 0, 0, 1 } }).expand(3, 4)),
        ["masked_select"] = (a, b) => a.masked_select(torch.tensor([1.0, 0, 1, 0]).gt(0.5)).unsqueeze(0) * b.narrow(0, 0, 1).sum(),
        ["cat, stack"] = (a, b) => torch.cat([a, b, a], 1).mul(torch.stack([a, b, b], 1).view(3, 12)),
        ["to, clone"] = (a, b) => a.clone() * b.to(ScalarType.Float64),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_are_those_of_finite_differences(string name)
    {
        using var g = new torch.Generator(42);
        var a = torch.randn([3, 4], g, ScalarType.Float64);
        var b = torch.randn([3, 4], g, ScalarType.Float64);

        FiniteDifferences.Check(
            x =>
            {
                var y = Operations[name](x[0], x[1]);
                return (y * torch.arange(1, y.numel() + 1, 1, y.dtype).view(y.shape)).sum();
            },
            a,
            b);
    }

    [Fact]
    public void Gradients_add_up_until_they_are_cleared()
    {
        var x = torch.ones([2]).requires_grad_();

        x.sum().backward();
        (x * 2).sum().backward();
        Assert.Equal([3f, 3], x.grad!.data<float>());

        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void Backward_takes_weights_and_a_second_pass()
    {
        var x = torch.ones([2]).requires_grad_();
        var y = x * x;

        y.backward(torch.tensor([1f, 2]), retain_graph: true);
        y.backward(torch.tensor([1f, 2]));

        Assert.Equal([4f, 8], x.grad!.data<float>());
    }

    [Fact]
    public void Detached_tensors_pass_no_gradient()
    {
        var x = torch.ones([2]).requires_grad_();

        (x.detach() * x).sum().backward();

        Assert.Equal([1f, 1], x.grad!.data<float>());
    }

    [Fact]
    public void Unused_inputs_give_null_only_where_that_is_allowed()
    {
        var x = torch.ones([2]).requires_grad_();
        var y = torch.ones([2]).requires_grad_();

        Assert.Null(torch.autograd.grad([x.sum()], [y], allow_unused: true)[0]);
        Assert.Throws<TorchException>(() => torch.autograd.grad([x.sum()], [y]));
    }

    [Fact]
    public void Second_derivatives_of_ordinary_operations()
    {
        var x = torch.tensor([2.0]).requires_grad_();

        var first = torch.autograd.grad([x.pow(3).sum()], [x], create_graph: true)[0]!;
        var second = torch.autograd.grad([first.sum()], [x])[0]!;

        Assert.Equal([12.0], second.data<double>());
    }
}
